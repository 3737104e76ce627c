// A plant without duty schedules and shifts.

import type { DutyPlan } from '../../../src/notifications/people.ts';

export const NO_DUTY: DutyPlan = {
  calendar: { zone: 'UTC' },
  schedules: [],
  onDuty: () => null,
  shiftAt: () => null,
  isHoliday: () => false,
};
