import { expect, it } from 'vitest';
import { tonesOf } from './alarm-tones.ts';

it('is three high tones for a critical alert and one low tone for a warning, a tone every 0.2 s', () => {
  expect(tonesOf('critical').map(({ hz, lengthS }) => [hz, lengthS])).toEqual(Array(3).fill([880, 0.15]));
  expect(tonesOf('critical').map(({ atS }) => atS)).toEqual([0, 0.2, 0.4]);
  expect(tonesOf('warning')).toEqual([{ hz: 440, atS: 0, lengthS: 0.15 }]);
});
