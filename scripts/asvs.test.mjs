import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { ROOT } from './setup.mjs';

const VERDICTS = ['met', 'not applicable', 'not met'];
const text = readFileSync(join(ROOT, 'docs', 'asvs.md'), 'utf8');
const rows = [...text.matchAll(/^\| (V\d+\.\d+\.\d+) \| ([12]) \| ([^|]+) \| ([^|]+) \| ([^|]+) \|$/gm)].map(
  ([, number, level, asks, verdict, where]) => ({ number, level, asks, verdict, where }),
);
const tests = new Map(
  [...text.matchAll(/^- `\[([\w-]+)\]` `([^`]+)`: “(.+)”$/gm)].map(([, name, file, title]) => [name, { file, title }]),
);

it('the table of ASVS has every requirement of levels 1 and 2 once', () => {
  expect(new Set(rows.map(({ number }) => number)).size).toBe(rows.length);
  // As many as version 5.0.0 has.
  const ofLevel = (wanted) => rows.filter(({ level }) => level === wanted).length;
  expect([ofLevel('1'), ofLevel('2')]).toEqual([70, 183]);
  expect(text.match(/^\| V/gm)).toHaveLength(rows.length);
});

it('has one of three verdicts for each, with a reason or a place, and counts them at its head', () => {
  for (const { number, verdict, where } of rows) {
    expect(VERDICTS, number).toContain(verdict);
    expect(where.trim().length, number).toBeGreaterThan(3);
  }
  const counts = (matching) => VERDICTS.map((verdict) => matching.filter((row) => row.verdict === verdict).length);
  for (const [name, matching] of [
    ...['1', '2'].map((wanted) => [wanted, rows.filter(({ level }) => level === wanted)]),
    ['both', rows],
  ]) {
    expect(text).toContain(`| ${[name, ...counts(matching), matching.length].join(' | ')} |\n`);
  }
});

it('names tests and requirements that exist', () => {
  const numbers = new Set(rows.map(({ number }) => number));
  const used = rows.flatMap(({ where }) => [...where.matchAll(/\[([\w-]+)\](?!\()/g)].map(([, name]) => name));
  expect([...tests.keys()].sort()).toEqual([...new Set(used)].sort());
  for (const { where } of rows)
    for (const [number] of where.matchAll(/V\d+\.\d+\.\d+/g)) expect(numbers).toContain(number);
  for (const [name, { file, title }] of tests) {
    expect(existsSync(join(ROOT, file)), name).toBe(true);
    const quoted = ["'", '"', '`'].map((quote) => `${quote}${title}${quote}`);
    const source = readFileSync(join(ROOT, file), 'utf8');
    expect(
      quoted.some((each) => source.includes(each)),
      `${file}: ${title}`,
    ).toBe(true);
  }
});
