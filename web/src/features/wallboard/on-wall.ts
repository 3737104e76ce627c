// Which alerts are called out on a wall: those whose condition lasts first, then those that nobody has acknowledged yet.
// What somebody has shelved is not.

import type { Alert } from '@gonsters/contract';

export const isLasting = (alert: Alert): boolean => alert.state !== 'cleared_unacked';

export function onWall(open: readonly Alert[]): { lasting: Alert[]; cleared: Alert[] } {
  const shown = open.filter((alert) => alert.shelved_until === null);
  return { lasting: shown.filter(isLasting), cleared: shown.filter((alert) => !isLasting(alert)) };
}

/** A line can be drawn of it. */
export const isMeasured = (alert: Alert): boolean => alert.machine_id !== null && alert.metric !== 'connection';
