// The Socket.IO contract, typed both ways. The simple half is stable; the dashboard half is what the page uses.

import type { Alert } from './alert.ts';
import type { Severity } from './alert-terms.ts';
import type { Machine, MachineStatus } from './machine.ts';
import type { MetricName } from './metrics.ts';

/** One stored reading. */
export type SensorDataEvent = {
  machine_id: string;
  sensor_type: string;
  location: string;
  timestamp: string;
} & Record<MetricName, number | null>;

/** One change of an alert. `seq` grows with every change; resume from the last one seen. */
export interface AlertEvent extends Alert {
  /** The time of the change, by the readings' clock. */
  timestamp: string;
}
export interface MachineEvent {
  change: 'created' | 'updated' | 'deleted';
  machine_id: string;
  machine: Machine | null;
}
export interface ConfigEvent {
  config: Record<string, string>;
  changed: string[];
}

/** What is on screen. The answer, `view`, says what was accepted of it. */
export interface LiveView {
  overview: boolean;
  /** Known machines beyond the first `MAX_DETAIL_MACHINES`, unknown and repeated ones are left out. */
  detail: string[];
  /** Overview frames a second, 0.2 to 1; rounded so that a whole number of seconds lies between two frames. */
  hz: number;
  /** Last alert change seen; newer ones are sent first. Left out: from now on, or on from where the lane stands. */
  alerts_since?: number;
}
export const MAX_DETAIL_MACHINES = 12;
export const DETAIL_INTERVAL_MS = 100;

/** The state of one machine. Switching `overview` on sends that of every machine, then what changes, within 250 ms. */
export interface StatusChange {
  machine_id: string;
  status: MachineStatus;
  connection: Machine['connection'];
  /** Worst active alert, if any. */
  severity: Severity | null;
}
/** Changes in order of `seq`. A `set_view` with `alerts_since` is always answered by one, be it empty. */
export interface AlertsFrame {
  /** False where the server no longer has all changes since `alerts_since`: reload the list. */
  complete: boolean;
  alerts: AlertEvent[];
}

export interface ServerToClient {
  connected: (event: { status: 'success'; message: string }) => void;
  subscribed_all: (event: { status: 'success' }) => void;
  subscribed: (event: { machine_id: string; room: string }) => void;
  subscribe_error: (event: { machine_id: unknown; code: string; message: string }) => void;
  unsubscribed: (event: { machine_id?: string; all?: true }) => void;
  sensor_data: (event: SensorDataEvent) => void;
  /** A raise, a return, an escalation, or the end of shelving or suppression of a condition that is still active. */
  alert: (event: AlertEvent) => void;
  /** Every other change of an alert. */
  alert_updated: (event: AlertEvent) => void;
  machine: (event: MachineEvent) => void;
  config: (event: ConfigEvent) => void;
  view: (event: { overview: boolean; detail: string[]; hz: number }) => void;
  /**
   * Binary, see `overview-frame.ts`; a browser is handed an ArrayBuffer, Node a Buffer. `seq` grows by one with every
   * frame of a connection. The first frame after `overview` was switched on has every machine that ever reported. The
   * next one is not sent before this one is acknowledged: what changes meanwhile is in it, so none is ever missed.
   */
  overview: (seq: number, frame: Uint8Array | ArrayBuffer, taken: () => void) => void;
  status: (changes: StatusChange[]) => void;
  /** Binary, see `detail-frame.ts`; a browser is handed an ArrayBuffer, Node a Buffer. Both decode. */
  detail: (frame: Uint8Array | ArrayBuffer, taken: () => void) => void;
  alerts: (frame: AlertsFrame) => void;
  /** The connection cannot keep up and gets the newest value per machine only; or it can again. */
  degraded: (event: { degraded: boolean; reason: string }) => void;
  session_ended: (event: { code: string; message: string }) => void;
}

export interface ClientToServer {
  subscribe_all: () => void;
  subscribe_machine: (request: { machine_id: string }) => void;
  unsubscribe_machine: (request: { machine_id: string }) => void;
  unsubscribe_all: () => void;
  set_view: (view: LiveView) => void;
}
