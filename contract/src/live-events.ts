// The events of Socket.IO in both directions: the public event stream, which is stable, and the dashboard events of the page.

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

/** One change of an alert. `seq` increases with every change; a client resumes after the last one it has seen. */
export interface AlertEvent extends Alert {
  /** Time of the change, in the time of the readings. */
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
/** What changed in the catalogue; the page reads it again. Each list may be empty. */
export interface MetricsEvent {
  metrics: readonly string[];
  machine_types: readonly string[];
  /** Machines whose own fields changed. */
  machine_ids: readonly string[];
}

/** What the page shows. The server answers with `view`, which has the accepted values. */
export interface LiveView {
  overview: boolean;
  /** Machine ids. Unknown and repeated ones are ignored, and so are those after the first `MAX_DETAIL_MACHINES`. */
  detail: string[];
  /** Overview frames per second, from 0.2 to 1; rounded to a whole number of seconds between frames. */
  hz: number;
  /** `seq` of the last alert change that the client has seen; later ones are sent first. Absent: only new ones are sent. */
  alerts_since?: number;
}
export const MAX_DETAIL_MACHINES = 12;
export const DETAIL_INTERVAL_MS = 100;

/** The state of one machine. When `overview` is switched on, all states are sent, then changes, within 250 ms. */
export interface StatusChange {
  machine_id: string;
  status: MachineStatus;
  connection: Machine['connection'];
  /** Severity of the worst active alert; null if there is none. */
  severity: Severity | null;
}
/** Changes in the order of `seq`. A `set_view` with `alerts_since` always gets one frame as answer, which may be empty. */
export interface AlertsFrame {
  /** False if the server no longer has all changes since `alerts_since`; the client reloads the list then. */
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
  /** An annunciated change: a raise, a return, an escalation, or the end of shelving or suppression of an active condition. */
  alert: (event: AlertEvent) => void;
  /** Every other change of an alert. */
  alert_updated: (event: AlertEvent) => void;
  machine: (event: MachineEvent) => void;
  config: (event: ConfigEvent) => void;
  metrics: (event: MetricsEvent) => void;
  view: (event: { overview: boolean; detail: string[]; hz: number }) => void;
  /**
   * Binary, see `overview-frame.ts`; an ArrayBuffer in a browser, a Buffer in Node. `seq` increases by one with every frame of
   * a connection. The first frame after `overview` was switched on has every machine with readings. The next frame is sent
   * after the client has called `taken`, and has every change until then, so that no change is lost.
   */
  overview: (seq: number, frame: Uint8Array | ArrayBuffer, taken: () => void) => void;
  status: (changes: StatusChange[]) => void;
  /** Binary, see `detail-frame.ts`; an ArrayBuffer in a browser, a Buffer in Node. The client calls `taken` when it is ready for the next. */
  detail: (frame: Uint8Array | ArrayBuffer, taken: () => void) => void;
  alerts: (frame: AlertsFrame) => void;
  /** `degraded` is true while the client is too slow and only gets the newest value of each machine. */
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
