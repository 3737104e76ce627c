// Times as text for replies with many of them. `toISOString` costs more than the rest of a row, so only the day is formatted by it,
// and most times in a reply are of the same day as the one before.

const DAY_MS = 86_400_000;
/** Of `T10:30:05.000Z` at the end of a time. */
const TIME_LETTERS = 14;

const twoDigits = Array.from({ length: 100 }, (_, number) => String(number).padStart(2, '0'));
const threeDigits = Array.from({ length: 1000 }, (_, number) => String(number).padStart(3, '0'));
let lastDay = Number.NaN;
let lastDayText = '';

/** The same text as `isoTime` of the contract, and the same RangeError for what is no time. */
export function utcText(timestampMs: number): string {
  const ms = Math.trunc(timestampMs);
  const day = Math.floor(ms / DAY_MS);
  if (day !== lastDay) {
    lastDayText = new Date(day * DAY_MS).toISOString().slice(0, -TIME_LETTERS);
    lastDay = day;
  }
  const ofDay = ms - day * DAY_MS;
  const seconds = Math.floor(ofDay / 1000);
  const minutes = Math.floor(seconds / 60);
  const hours = Math.floor(minutes / 60);
  const [hour, minute, second] = [twoDigits[hours], twoDigits[minutes % 60], twoDigits[seconds % 60]];
  return `${lastDayText}T${hour}:${minute}:${second}.${threeDigits[ofDay % 1000]}Z`;
}
