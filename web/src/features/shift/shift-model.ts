// What of a shift report is said in words and proportions.

import type { ShiftReport } from '@gonsters/contract';

export type UsualWords = { key: 'fewer' | 'more'; count: number } | { key: 'usual' | 'no_usual' };

/** Compared with the mean of the same shift in the weeks before; a difference below one is none. */
export function comparedWithUsual({
  alerts,
  alerts_usual: usual,
}: Pick<ShiftReport['figures'], 'alerts' | 'alerts_usual'>): UsualWords {
  if (usual === null) return { key: 'no_usual' };
  const difference = Math.round(alerts - usual);
  if (difference === 0) return { key: 'usual' };
  return { key: difference < 0 ? 'fewer' : 'more', count: Math.abs(difference) };
}

export interface BandPart {
  key: string;
  state: ShiftReport['locations'][number]['bands'][number]['state'] | 'to_come';
  fromMs: number;
  toMs: number;
}

/** The bands of a location over the whole time of the report; what is not over yet is to come. */
export function bandParts(
  bands: ShiftReport['locations'][number]['bands'],
  { fromMs, toMs }: { fromMs: number; toMs: number },
): BandPart[] {
  const parts: BandPart[] = [];
  let at = fromMs;
  const put = (state: BandPart['state'], from: number, to: number) => {
    if (to > from) parts.push({ key: `${state} ${from}`, state, fromMs: from, toMs: to });
  };
  for (const band of bands) {
    const [from, to] = [Math.max(fromMs, Date.parse(band.from)), Math.min(toMs, Date.parse(band.to))];
    put('no_data', at, from);
    put(band.state, Math.max(at, from), to);
    at = Math.max(at, to);
  }
  put('to_come', at, toMs);
  return parts;
}

/** Whole minutes and seconds: 1:48. */
export function minutesText(seconds: number): string {
  const whole = Math.round(seconds);
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, '0')}`;
}
