// The events of alerts.

import type { AlertRecord } from './store/alert-repository.ts';

/** Changed alerts, ascending by `seq`. `after` is the highest `seq` that was published on this node before. */
export type AlertEvent =
  | { kind: 'alerts'; alerts: readonly AlertRecord[]; after: number }
  /** Conditions that people set were changed. */
  | { kind: 'conditions' };
