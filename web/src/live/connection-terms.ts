// What the connection to the server needs, what it hands on, and its state.

import type {
  AlertsFrame,
  ConfigEvent,
  DetailFrame,
  MachineEvent,
  MetricsEvent,
  OverviewFrame,
  StatusChange,
} from '@gonsters/contract';
import type { LiveMetrics } from './live-metrics.ts';

/** Frames have the numbers that metrics have in this page. */
export interface LiveHandlers {
  overview(frame: OverviewFrame): void;
  status(changes: StatusChange[]): void;
  detail(frame: DetailFrame): void;
  alerts(frame: AlertsFrame): void;
  machine(event: MachineEvent): void;
  config(event: ConfigEvent): void;
  /** Metrics or machine types were changed. */
  catalogue(event: MetricsEvent): void;
  /**
   * The server now sends the detail lane of these machines. `continuous` are those whose readings it has been sending
   * without a break; of the others some may have been missed.
   */
  detailStarted(machineIds: readonly string[], continuous: ReadonlySet<string>): void;
  /** A new connection: lists can be outdated. */
  connected(): void;
}

export interface LiveConnectionDeps {
  /** '' for the page's own origin. */
  url: string;
  /** A valid access token, made new where it has to be; null where no user is signed in (any more). */
  token: (renew: boolean) => Promise<string | null>;
  handlers: LiveHandlers;
  metrics: LiveMetrics;
  /** Newest alert change seen, 0 for none. */
  alertsSince: () => number;
  /** The tab's visibility. */
  page: { hidden(): boolean; onChange(listener: () => void): () => void };
  now: () => number;
}

export interface ConnectionState {
  readonly phase: 'connecting' | 'live' | 'offline';
  readonly sinceMs: number;
  /** The server sends this connection only the newest values, because it cannot keep up. */
  readonly degraded: boolean;
  /** The server is of another version than this page, which must be loaded again to show live values. */
  readonly outdated: boolean;
}
