import fc from 'fast-check';
import { expect, it } from 'vitest';
import { readICalendar } from '../../../test/support/read-icalendar.ts';
import { type CalendarEvent, iCalendar } from './icalendar.ts';

const SECOND_MS = 1000;
const text = fc.string({ unit: 'grapheme', maxLength: 300 });
const moment = fc.integer({ min: 0, max: 4_000_000_000 }).map((seconds) => seconds * SECOND_MS);
const anyEvents: fc.Arbitrary<CalendarEvent[]> = fc.uniqueArray(
  fc
    .record({
      uid: fc.uuid(),
      fromMs: moment,
      seconds: fc.integer({ min: 1, max: 1e6 }),
      summary: text,
      description: text,
    })
    .map(({ seconds, ...event }) => ({ ...event, toMs: event.fromMs + seconds * SECOND_MS })),
  { maxLength: 5, selector: ({ uid }) => uid },
);
/** As the text must be read again: control characters cannot be written. */
const written = (value: string) => value.replace(/\r\n|\r/g, '\n').replace(/[^\P{Cc}\n]/gu, ' ');

it('is read by a calendar program as it was written', () => {
  fc.assert(
    fc.property(text, moment, anyEvents, (name, stampMs, events) => {
      const read = readICalendar(iCalendar(name, stampMs, events));
      expect(read.name).toBe(written(name));
      const expected = events.map(({ summary, description, ...event }) => ({
        ...{ ...event, stampMs },
        ...{ summary: written(summary), description: written(description) },
      }));
      expect(read.events).toEqual(expected);
    }),
  );
});

it('is folded and escaped as RFC 5545 shows it', () => {
  const event = {
    uid: 'a',
    fromMs: 0,
    toMs: 1_800_000,
    summary: `Night; A, B\\C${'ü'.repeat(40)}`,
    description: 'a\nb',
  };
  const lines = iCalendar('Maintenance', 86_400_000, [event]).split('\r\n');
  expect(lines).toContain(`SUMMARY:Night\\; A\\, B\\\\C${'ü'.repeat(25)}`);
  expect(lines).toContain(` ${'ü'.repeat(15)}`);
  expect(lines).toEqual(expect.arrayContaining(['DTSTAMP:19700102T000000Z', 'DTEND:19700101T003000Z']));
  expect(lines).toContain('DESCRIPTION:a\\nb');
});
