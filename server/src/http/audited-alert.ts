// How an audit entry describes an alert.

import type { Alert } from '@gonsters/contract';

/** What identifies the alert to a reader; its id tells nothing. */
export const describeAlert = ({
  machine_id,
  machine_ids,
  machine_name,
  location,
  metric,
  limit_kind,
  severity,
}: Alert) => ({
  machine_name,
  ...(machine_id === null ? { machine_count: machine_ids.length } : {}),
  location,
  metric,
  limit_kind,
  severity,
});
