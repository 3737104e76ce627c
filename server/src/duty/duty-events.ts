// The events of duty schedules.

/** The shift calendar or duty schedules changed. */
export type DutyEvent = { kind: 'duty' };
