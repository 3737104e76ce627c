// A plant without duty schedules and shifts.

import type { DutyPlan } from '../../../src/notifications/people.ts';

export const NO_DUTY: DutyPlan = { schedules: [], onDuty: () => null, shiftAt: () => null, isHoliday: () => false };
