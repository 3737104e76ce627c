import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { valueAt } from './message-path.ts';
import { parsePayload, treeLines } from './message-tree.ts';

const HAAS = `{"dev":"HAAS-07","d":{"Spindel_Temp":"71,4","vib":{"x":2.1}},"rssi":-61}`;

describe('the tree of a payload', () => {
  it('has a line for each value and for each bracket', () => {
    const lines = treeLines(parsePayload(HAAS));
    expect(lines.map((line) => [line.depth, line.kind, line.name])).toEqual([
      [0, 'open', null],
      [1, 'value', 'dev'],
      [1, 'open', 'd'],
      [2, 'value', 'Spindel_Temp'],
      [2, 'open', 'vib'],
      [3, 'value', 'x'],
      [2, 'close', 'vib'],
      [1, 'close', 'd'],
      [1, 'value', 'rssi'],
      [0, 'close', null],
    ]);
    expect(lines[3]).toMatchObject({ shown: '"71,4"', place: ['d', 'Spindel_Temp'], position: 1, siblings: 2 });
  });

  it('hides what is in a shut object', () => {
    const lines = treeLines(parsePayload(HAAS), new Set(['$/d']));
    expect(lines.map(({ name }) => name)).toEqual([null, 'dev', 'd', 'rssi', null]);
    expect(lines[2]).toMatchObject({ kind: 'open', count: 2, isShut: true });
  });

  it('counts the elements of a long list that it does not show', () => {
    const lines = treeLines({ values: Array.from({ length: 5000 }, (_, at) => ({ n: at })) });
    expect(lines.length).toBeLessThan(450);
    expect(lines.find(({ kind }) => kind === 'more')).toMatchObject({ count: 4980 });
  });

  it('shows a value that is no number without quotes, and the same word in quotes with them', () => {
    const lines = treeLines(parsePayload('{"a": NaN, "b": "NaN, inf", "c": -inf}'));
    expect(lines.flatMap((line) => (line.kind === 'value' ? [line.shown] : []))).toEqual(['NaN', '"NaN, inf"', '-inf']);
  });

  it('is none for what is no JSON', () => {
    expect(parsePayload('cpu,host=a usage=1')).toBeUndefined();
  });

  it('leads from each line to its value, whatever the payload is, and has each key once', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 4 }), (json) => {
        const payload = JSON.parse(JSON.stringify(json));
        const lines = treeLines(payload);
        expect(new Set(lines.map(({ key }) => key)).size).toBe(lines.length);
        for (const line of lines) {
          if (line.kind === 'value') expect(valueAt(payload, line.place)).toEqual(line.value);
        }
      }),
    );
  });
});
