import { describe, expect, it } from 'vitest';
import { bandParts, comparedWithUsual, minutesText } from './shift-model.ts';

const at = (hour: number) => new Date(Date.UTC(2026, 10, 23, hour)).toISOString();
const ms = (hour: number) => Date.parse(at(hour));

describe('the shift report', () => {
  it('compares with the usual number of alerts, in whole ones', () => {
    expect(comparedWithUsual({ alerts: 41, alerts_usual: 50.2 })).toEqual({ key: 'fewer', count: 9 });
    expect(comparedWithUsual({ alerts: 41, alerts_usual: 40.8 })).toEqual({ key: 'usual' });
    expect(comparedWithUsual({ alerts: 4, alerts_usual: 1 })).toEqual({ key: 'more', count: 3 });
    expect(comparedWithUsual({ alerts: 4, alerts_usual: null })).toEqual({ key: 'no_usual' });
  });

  it('has bands that fill its time: holes are without data, and the rest is to come', () => {
    const parts = bandParts(
      [
        { from: at(6), to: at(8), state: 'running', share: 1 },
        { from: at(9), to: at(10), state: 'partly', share: 0.3 },
      ],
      { fromMs: ms(6), toMs: ms(14) },
    );
    expect(parts.map(({ state, fromMs, toMs }) => [state, fromMs, toMs])).toEqual([
      ['running', ms(6), ms(8)],
      ['no_data', ms(8), ms(9)],
      ['partly', ms(9), ms(10)],
      ['to_come', ms(10), ms(14)],
    ]);
  });

  it('says how long it took in minutes', () => {
    expect([108, 59.6, 3600].map(minutesText)).toEqual(['1:48', '1:00', '60:00']);
  });
});
