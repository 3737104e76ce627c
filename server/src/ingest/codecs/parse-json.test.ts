import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseLenientJson } from './parse-json.ts';

const BARE: [string, number][] = [
  ['NaN', Number.NaN],
  ['nan', Number.NaN],
  ['NAN', Number.NaN],
  ['-nan', Number.NaN],
  ['Infinity', Number.POSITIVE_INFINITY],
  ['inf', Number.POSITIVE_INFINITY],
  ['+Inf', Number.POSITIVE_INFINITY],
  ['-inf', Number.NEGATIVE_INFINITY],
  ['-Infinity', Number.NEGATIVE_INFINITY],
];

describe('bare words for numbers', () => {
  it.each(BARE)('parses %s as the number', (word, number) => {
    for (const text of [`{"t":${word},"p":1}`, `{"p":1, "t" : ${word}\n}`, `{"t":\t${word} ,"p":1}`]) {
      expect(parseLenientJson(text), text).toEqual({ t: number, p: 1 });
    }
    expect(parseLenientJson(`[${word},[ ${word} ],2]`)).toEqual([number, [number], 2]);
  });

  it('does not change strings and keys', () => {
    const text = '{"NaN":"NaN","a":"x: NaN, [inf]","b":"\\"\\\\",\n"c":"\\\\\\":NaN","d":NaN}';
    expect(parseLenientJson(text)).toEqual({
      NaN: 'NaN',
      a: 'x: NaN, [inf]',
      b: '"\\',
      c: '\\":NaN',
      d: Number.NaN,
    });
  });

  it.each([
    'NaN',
    ' inf',
    '{NaN:1}',
    '{"a":NaNa}',
    '{"a":5NaN}',
    '{"a":1inf}',
    '{"a":1 inf}',
    '{"a":1e-inf}',
    '{"a":--inf}',
    '{"a":NaN',
    '{"a":NaN "b":1}',
    '{"a":infinit}',
    '{"a":"x',
    '{"a":"NaN}',
    "{'a':NaN}",
    '',
  ])('refuses %j', (text) => {
    expect(() => parseLenientJson(text)).toThrow(SyntaxError);
  });

  it('does not set a prototype by `__proto__`', () => {
    const parsed = parseLenientJson('{"__proto__":{"x":5},"a":NaN}') as Record<string, unknown>;
    expect(parsed.x).toBeUndefined();
    expect(parsed.a).toBeNaN();
  });
});

/** JSON as a sloppy printer gives it: what is no finite number becomes a word. */
function printed(value: unknown, words: readonly string[]): string {
  if (typeof value === 'number' && !Number.isFinite(value)) {
    if (Number.isNaN(value)) return words[0] as string;
    return `${value < 0 ? '-' : ''}${words[1]}`;
  }
  if (Array.isArray(value)) return `[ ${value.map((each) => printed(each, words)).join(' , ')}]`;
  if (typeof value === 'object' && value !== null) {
    const entries = Object.entries(value).map(([key, each]) => `${JSON.stringify(key)}:${printed(each, words)}`);
    return `{${entries.join(',')}}`;
  }
  return JSON.stringify(value);
}

describe('properties', () => {
  const words = fc.constantFrom(['NaN', 'Infinity'], ['nan', 'inf'], ['NAN', 'INF']);
  const { tree } = fc.letrec<{ tree: unknown }>((tie) => ({
    tree: fc.oneof(
      { depthSize: 'small' },
      fc.constantFrom(Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 'NaN', ':NaN,', '"', '\\'),
      fc.double().filter((value) => !Object.is(value, -0)),
      fc.string({ unit: 'grapheme' }),
      fc.constantFrom(null, true, false),
      fc.array(tie('tree'), { maxLength: 5 }),
      fc.dictionary(
        fc.string().filter((key) => key !== '__proto__'),
        tie('tree'),
        { maxKeys: 5, noNullPrototype: true },
      ),
    ),
  }));

  it('parses what was printed, except a word that stands alone', () => {
    fc.assert(
      fc.property(tree, words, (value, names) => {
        expect(parseLenientJson(printed([value], names))).toEqual([value]);
      }),
      { numRuns: 2000 },
    );
  });

  it('accepts exactly what JSON.parse accepts where the text has no such word, and throws only SyntaxError', () => {
    const pieces = fc.array(
      fc.constantFrom('{', '}', '[', ']', ',', ':', '"', '\\', '"a"', '1', '-', 'e', 'NaN', 'inf', 'null', ' ', '\\"'),
      { maxLength: 30 },
    );
    fc.assert(
      fc.property(
        fc.oneof(
          pieces.map((each) => each.join('')),
          fc.string(),
        ),
        (text) => {
          let strict: unknown;
          let isJson = true;
          try {
            strict = JSON.parse(text);
          } catch {
            isJson = false;
          }
          try {
            const parsed = parseLenientJson(text);
            if (isJson) expect(parsed).toEqual(strict);
            else expect(text).toMatch(/nan|inf/i);
          } catch (error) {
            expect(isJson).toBe(false);
            expect(error).toBeInstanceOf(SyntaxError);
          }
        },
      ),
      { numRuns: 5000 },
    );
  });

  it('takes time in proportion to the length of any text', () => {
    // A quadratic search takes minutes for each of these.
    for (const part of ['"\\"', '\\"', '"', ':NaN', ':-', ':infinit', '\n', ':"']) {
      const text = `{"a":NaN,${part.repeat(400_000)}`;
      const startMs = performance.now();
      expect(() => parseLenientJson(text)).toThrow(SyntaxError);
      expect(performance.now() - startMs).toBeLessThan(5_000);
    }
  });
});
