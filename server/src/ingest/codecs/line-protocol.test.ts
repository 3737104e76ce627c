import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { runCount } from '../../../test/support/run-count.ts';
import { type FieldValue, PRECISIONS, parseLines } from './line-protocol.ts';

const parse = (text: string, precision: (typeof PRECISIONS)[number] = 'ns') => {
  const parsed = parseLines(text, precision, 1000);
  if (parsed === null) throw new Error('Too many lines');
  const points = parsed.points.map(({ tags, fields, ...rest }) => ({
    ...rest,
    tags: Object.fromEntries(tags),
    fields: Object.fromEntries(fields),
  }));
  return { points, faults: parsed.faults };
};
const one = (text: string) => parse(text).points[0];
const faultOf = (text: string) => parse(text).faults.map(({ error }) => error);

describe('a line', () => {
  it('has a measurement, tags, fields and a time', () => {
    expect(one('cpu,host=lab,cpu=cpu0 usage=1.5,idle=-2e1,n=3i,u=4u,up=true,state="on" 1597820490123999999')).toEqual({
      line: 1,
      measurement: 'cpu',
      tags: { host: 'lab', cpu: 'cpu0' },
      fields: { usage: 1.5, idle: -20, n: 3, u: 4, up: true, state: 'on' },
      timestampMs: 1597820490123,
    });
    expect(one('cpu a=1')).toMatchObject({ tags: {}, timestampMs: null });
  });

  it('may have escapes, spaces, comments, empty lines and line breaks of every system around it', () => {
    const text =
      '# comment\r\n\r\n  \n  m\\,1\\ x,k\\=1=v\\,\\ \\=2 f\\ 1=1,t="a \\"b\\" \\\\ c, d=e" \t 1000000 \r\n#\nm f=2\r\n';
    expect(parse(text)).toEqual({
      points: [
        {
          ...{ line: 4, measurement: 'm,1 x', tags: { 'k=1': 'v, =2' }, timestampMs: 1 },
          fields: { 'f 1': 1, t: 'a "b" \\ c, d=e' },
        },
        { line: 6, measurement: 'm', tags: {}, fields: { f: 2 }, timestampMs: null },
      ],
      faults: [],
    });
  });

  it('may have a line break in a text, and counts it', () => {
    expect(parse('m t="a\nb" 1\nm x\nm f=1').points.map(({ line }) => line)).toEqual([1, 4]);
    expect(parse('m t="a\nb" 1\nm x\nm f=1').faults).toMatchObject([{ line: 3 }]);
  });

  it('may have a field of any name', () => {
    const { points } = parseLines('m __proto__=1,constructor=2', 'ns', 1) ?? { points: [] };
    expect([...(points[0]?.fields ?? [])]).toEqual([
      ['__proto__', 1],
      ['constructor', 2],
    ]);
  });
});

test.each<[string, string[]]>([
  ['m', ['missing fields']],
  ['m,a=1', ['missing fields']],
  ['m ', ['missing fields']],
  [',a=1 f=1', ['missing measurement']],
  ['m,a f=1', ['missing tag value']],
  ['m,a= f=1', ['missing tag value']],
  ['m,=b f=1', ['missing tag key']],
  ['m,a=1,a=2 f=1', ['duplicate tags']],
  ['m f', ['missing field value']],
  ['m f=', ['missing field value']],
  ['m =1', ['missing field key']],
  ['m f=1,', ['missing field key']],
  ['m f="x', ['unbalanced quotes']],
  ['m f="x"y', ['invalid field format']],
  ['m f=abc', ['invalid number']],
  ['m f=NaN', ['invalid number']],
  ['m f=1.5i', ['invalid number']],
  ['m f=-1u', ['invalid number']],
  ['m f=tru', ['invalid boolean']],
  ['m f=1e999', ['unable to parse number: value out of range']],
  ['m f=9223372036854775808i', ['unable to parse integer: value out of range']],
  ['m f=18446744073709551616u', ['unable to parse integer: value out of range']],
  ['m f=1 x', ['bad timestamp']],
  ['m f=1 1.5', ['bad timestamp']],
  ['m f=1 1 2', ['bad timestamp']],
  [`m f=1 ${'9'.repeat(20)}`, ['bad timestamp']],
  [`m f="${'x'.repeat(70_000)}"`, ['line too long']],
])('%.40j is refused, and the line after it is not', (text, errors) => {
  expect(faultOf(text)).toEqual(errors);
  const { points, faults } = parse(`${text}\nnext f=1`);
  expect(faults[0]?.text.length).toBeLessThanOrEqual(200);
  expect(points).toMatchObject([{ measurement: 'next', line: 2 }]);
});

test.each<[(typeof PRECISIONS)[number], string, number | undefined]>([
  ['n', '1768473000123456789', 1768473000123],
  ['us', '1768473000123456', 1768473000123],
  ['µ', '-1', -1],
  ['u', '1', 0],
  ['ns', '-1500000', -2],
  ['ms', '1768473000123', 1768473000123],
  ['s', '1768473000', 1768473000000],
  ['m', '29474550', 1768473000000],
  ['h', '0', 0],
  ['ms', '8640000000000001', undefined],
  ['s', '8640000000001', undefined],
])('a time in %s of %s is %s', (precision, digits, expected) => {
  expect(parse(`m f=1 ${digits}`, precision).points[0]?.timestampMs).toBe(expected);
});

test('more lines than allowed are not parsed', () => {
  expect(parseLines('m f=1\n#\n\nm', 'ns', 2)).not.toBeNull();
  expect(parseLines('m f=1\nm f=1\nm', 'ns', 2)).toBeNull();
});

const name = fc.string({ unit: fc.constantFrom(...'ab=, é"#'), minLength: 1, maxLength: 6 });
const escaped = (text: string) => text.replace(/[,= ]/g, '\\$&');
const value: fc.Arbitrary<[string, FieldValue]> = fc.oneof(
  fc.double({ noNaN: true, noDefaultInfinity: true }).map((each): [string, FieldValue] => [String(each), each]),
  fc.maxSafeInteger().map((each): [string, FieldValue] => [`${each}i`, each]),
  fc.boolean().map((each): [string, FieldValue] => [String(each), each]),
  fc
    .string({ unit: fc.constantFrom(...'ab"\\=, \n#') })
    .map((each): [string, FieldValue] => [`"${each.replace(/["\\]/g, '\\$&')}"`, each]),
);

test('what is written is read back', () => {
  const point = fc.record({
    measurement: name.filter((each) => !each.startsWith('#')),
    tags: fc.dictionary(name, name, { maxKeys: 3, noNullPrototype: true }),
    fields: fc.dictionary(name, value, { minKeys: 1, maxKeys: 3, noNullPrototype: true }),
    timestampMs: fc.option(fc.integer({ min: -1e15, max: 1e15 })),
  });
  fc.assert(
    fc.property(fc.array(point, { maxLength: 4 }), fc.constantFrom('\n', '\r\n'), (points, lineBreak) => {
      const text = points.map(({ measurement, tags, fields, timestampMs }) => {
        const tagText = Object.entries(tags).map(([key, each]) => `,${escaped(key)}=${escaped(each)}`);
        const fieldText = Object.entries(fields).map(([key, [written]]) => `${escaped(key)}=${written}`);
        const time = timestampMs === null ? '' : ` ${timestampMs}`;
        return `${escaped(measurement)}${tagText.join('')} ${fieldText.join(',')}${time}`;
      });
      const { points: read, faults } = parse(text.join(lineBreak), 'ms');
      expect(faults).toEqual([]);
      expect(read.map(({ line: _, ...rest }) => rest)).toEqual(
        points.map(({ fields, ...rest }) => ({
          ...rest,
          fields: Object.fromEntries(Object.entries(fields).map(([key, [, each]]) => [key, each])),
        })),
      );
    }),
    { numRuns: runCount(300, 3000) },
  );
});

test('any text is read without an exception, and every line is a point, a fault, a comment or empty', () => {
  const piece = fc.oneof(
    fc.constantFrom(
      ...['m', ',', '=', ' ', '"', '\\', '\n', '\r', '#', 'f=1', '1i', 't="', ' 12', 'm f=1\n', '\u0000', '\t'],
    ),
    fc.string({ unit: 'binary', maxLength: 4 }),
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 40 }), fc.constantFrom(...PRECISIONS), (pieces, precision) => {
      const text = pieces.join('');
      const { points, faults } = parse(text, precision);
      const lines = [...points, ...faults].map(({ line }) => line);
      expect(new Set(lines).size).toBe(lines.length);
      expect(Math.max(0, ...lines)).toBeLessThanOrEqual(text.split('\n').length);
      for (const { fields, timestampMs } of points) {
        expect(Object.keys(fields).length).toBeGreaterThan(0);
        if (timestampMs !== null) expect(Number.isInteger(timestampMs)).toBe(true);
      }
      // A faulty line before it changes nothing, unless a quotation mark of it is open.
      if (!text.includes('"')) expect(parse(`m,x\n${text}`, precision).points).toHaveLength(points.length);
    }),
    { numRuns: runCount(500, 5000) },
  );
});

test('quotation marks that never close take no more than a moment', () => {
  const before = performance.now();
  expect(parseLines('m f="\n'.repeat(49_999), 'ns', 50_000)).not.toBeNull();
  expect(parseLines(`m f="${'\\"'.repeat(1_000_000)}`, 'ns', 50_000)?.faults).toHaveLength(1);
  expect(performance.now() - before).toBeLessThan(2_000);
});
