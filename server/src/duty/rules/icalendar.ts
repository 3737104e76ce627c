// iCalendar (RFC 5545): events as text for calendar programs.

/** Times are UTC ms. */
export interface CalendarEvent {
  /** Globally unique, and the same whenever the event is written. */
  readonly uid: string;
  readonly fromMs: number;
  readonly toMs: number;
  readonly summary: string;
  readonly description: string;
}

/** RFC 5545, 3.1: lines are at most this long, without the line break. */
const LINE_OCTETS = 75;
/** How often a calendar program should ask again. */
const REFRESH = 'PT1H';

/** @param changedAtMs when the events were changed last; they are dated with it */
export function iCalendar(name: string, changedAtMs: number, events: readonly CalendarEvent[]): string {
  const lines = [
    'BEGIN:VCALENDAR',
    'VERSION:2.0',
    'PRODID:-//GONSTERS//Duty schedule//EN',
    'CALSCALE:GREGORIAN',
    'METHOD:PUBLISH',
    `NAME:${escapeText(name)}`,
    `X-WR-CALNAME:${escapeText(name)}`,
    `REFRESH-INTERVAL;VALUE=DURATION:${REFRESH}`,
    `X-PUBLISHED-TTL:${REFRESH}`,
    ...events.flatMap(({ uid, fromMs, toMs, summary, description }) => [
      'BEGIN:VEVENT',
      `UID:${escapeText(uid)}`,
      `DTSTAMP:${utcTime(changedAtMs)}`,
      `DTSTART:${utcTime(fromMs)}`,
      `DTEND:${utcTime(toMs)}`,
      `SUMMARY:${escapeText(summary)}`,
      ...(description === '' ? [] : [`DESCRIPTION:${escapeText(description)}`]),
      'TRANSP:TRANSPARENT',
      'END:VEVENT',
    ]),
    'END:VCALENDAR',
  ];
  return lines.map((line) => `${folded(line)}\r\n`).join('');
}

/** RFC 5545, 3.3.11. Control characters, which the text must not have, become spaces. */
function escapeText(text: string): string {
  return text
    .replace(/[\\;,]/g, '\\$&')
    .replace(/\r\n|\r|\n/g, '\\n')
    .replace(/\p{Cc}/gu, ' ');
}

/** `20260115T103000Z`; parts of a second are left out. */
const utcTime = (atMs: number) => `${new Date(atMs).toISOString().slice(0, 19).replace(/[-:]/g, '')}Z`;

/** Long lines continue on lines that begin with a space. A character is never divided. */
function folded(line: string): string {
  let octets = 0;
  let text = '';
  for (const character of line) {
    const size = Buffer.byteLength(character);
    if (octets + size > LINE_OCTETS) {
      text += '\r\n ';
      octets = 1;
    }
    text += character;
    octets += size;
  }
  return text;
}
