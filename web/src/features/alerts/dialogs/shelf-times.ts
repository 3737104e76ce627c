// The times until which an alert can be shelved: fixed choices, and validation of a custom time.

/** The server's bound; a minute less, so that a request on its way stays within it. */
const MAX_MS = 24 * 3_600_000 - 60_000;
const HOUR_MS = 3_600_000;
/** Local hours at which shifts change in a plant of three. */
const SHIFT_HOURS = [6, 14, 22];

export type ShelfChoice = '1h' | 'shift' | '8h' | '24h' | 'time';
export const SHELF_CHOICES: readonly ShelfChoice[] = ['1h', 'shift', '8h', '24h', 'time'];

/** `own` is the text of the field for a custom time, local as browsers write it; NaN where it is invalid. */
export function shelfEnd(choice: ShelfChoice, own: string, nowMs: number): number {
  if (choice === '1h') return nowMs + HOUR_MS;
  if (choice === '8h') return nowMs + 8 * HOUR_MS;
  if (choice === '24h') return nowMs + MAX_MS;
  return choice === 'shift' ? shiftEnd(nowMs) : new Date(own).getTime();
}

export function shelfFault(endMs: number, nowMs: number): 'missing' | 'past' | 'far' | null {
  if (Number.isNaN(endMs)) return 'missing';
  if (endMs <= nowMs) return 'past';
  return endMs > nowMs + MAX_MS ? 'far' : null;
}

export function shiftEnd(nowMs: number): number {
  for (let hour = 1; ; hour++) {
    const end = new Date(nowMs);
    end.setHours(end.getHours() + hour, 0, 0, 0);
    if (SHIFT_HOURS.includes(end.getHours())) return end.getTime();
  }
}
