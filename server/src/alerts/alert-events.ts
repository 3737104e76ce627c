// The events of alerts.

import type { AlertRecord } from './store/alert-repository.ts';

/** Changes were stored; ascending by `seq`. `after`: changes up to this number had been announced on this node before. */
export type AlertEvent = { kind: 'alerts'; alerts: readonly AlertRecord[]; after: number };
