// The gaps of all schedules, the next one first.

import type { DutySchedule } from '@gonsters/contract';

export interface Gap {
  scheduleId: string;
  name: string;
  zone: string;
  fromMs: number;
  toMs: number;
}

export function nextGaps(schedules: readonly Pick<DutySchedule, 'id' | 'name' | 'zone' | 'gaps'>[]): Gap[] {
  return schedules
    .flatMap(({ id, name, zone, gaps }) =>
      gaps.map(({ from, to }) => ({ scheduleId: id, name, zone, fromMs: Date.parse(from), toMs: Date.parse(to) })),
    )
    .sort((a, b) => a.fromMs - b.fromMs);
}
