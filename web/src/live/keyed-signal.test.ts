import { describe, expect, it } from 'vitest';
import { KeyedSignal } from './keyed-signal.ts';

describe('a keyed signal', () => {
  it.each([
    ['fewer keys than watchers', ['a', 'x']],
    ['more keys than watchers', ['a', 'x', 'y', 'z', 'w']],
  ])('tells only who watches what changed: %s', (_, changed) => {
    const signal = new KeyedSignal();
    const told: string[] = [];
    for (const key of ['a', 'a', 'b', 'c']) signal.watch(key, () => told.push(key));
    signal.tell(new Set(changed));
    expect(told).toEqual(['a', 'a']);
  });

  it('ends a watch, also from within', () => {
    const signal = new KeyedSignal();
    let told = 0;
    const end = signal.watch('a', () => {
      told++;
      end();
      end();
    });
    signal.watch('a', () => told++);
    signal.tell(new Set(['a']));
    signal.tell(new Set(['a']));
    expect(told).toBe(3);
  });
});
