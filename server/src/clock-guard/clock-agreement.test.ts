import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ClockAgreement } from './clock-agreement.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

/** `heard` names the devices that send in each minute. @returns after how many minutes the agreement had lasted an hour */
function minutesUntilAgreed(heard: (minute: number) => Record<string, boolean>, upTo = 300): number | null {
  const agreement = new ClockAgreement();
  for (let minute = 0; minute <= upTo; minute++) {
    for (const [device, agrees] of Object.entries(heard(minute))) agreement.note(device, agrees, minute * MINUTE_MS);
    if (agreement.hasLastedAnHour(minute * MINUTE_MS)) return minute;
  }
  return null;
}

describe('agreement of the devices with the clock', () => {
  it('takes an hour', () => {
    expect(minutesUntilAgreed(() => ({ a: true }))).toBe(60);
    expect(minutesUntilAgreed(() => ({ a: true, b: false, c: true }))).toBe(60);
  });

  it('does not exist where no device sends, or most devices have another time', () => {
    expect(minutesUntilAgreed(() => ({}))).toBeNull();
    expect(minutesUntilAgreed(() => ({ a: true, b: false, c: false }))).toBeNull();
  });

  it('starts again after ten minutes in which no device sent', () => {
    expect(minutesUntilAgreed((minute) => (minute >= 30 && minute < 45 ? {} : { a: true }))).toBe(45 + 60);
    expect(minutesUntilAgreed((minute) => (minute % 9 === 0 ? { a: true } : {}))).toBe(60);
  });

  it('counts a device that sends a backlog and new readings as one that agrees', () => {
    const agreement = new ClockAgreement();
    for (let minute = 0; minute <= 60; minute++) {
      for (const device of ['a', 'b']) {
        agreement.note(device, true, minute * MINUTE_MS);
        agreement.note(device, false, minute * MINUTE_MS);
      }
      expect(agreement.hasLastedAnHour(minute * MINUTE_MS)).toBe(minute === 60);
    }
  });

  it('is never reached by devices that all have another time, whenever they send', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 9 * MINUTE_MS }), { minLength: 10, maxLength: 200 }), (steps) => {
        const agreement = new ClockAgreement();
        let atMs = 0;
        for (const step of steps) {
          atMs += step;
          agreement.note(`device ${step % 7}`, false, atMs);
          expect(agreement.hasLastedAnHour(atMs)).toBe(false);
        }
        expect(agreement.hasLastedAnHour(atMs + HOUR_MS)).toBe(false);
      }),
    );
  });
});
