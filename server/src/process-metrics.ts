// What the process counts about itself, in Prometheus' terms; served at /metrics.

import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';

/** One instance per app, so that several apps in one process (tests) do not share counters. */
export class ProcessMetrics {
  readonly registry = new Registry();
  readonly readingsStored = this.#counter('gonsters_readings_stored_total', 'Readings stored durably', ['source']);
  readonly readingsRejected = this.#counter(
    'gonsters_readings_rejected_total',
    'Payloads, readings or values refused',
    ['source', 'reason'],
  );
  readonly commitSeconds = this.#histogram('gonsters_commit_seconds', 'Duration of a group commit');
  readonly commitReadings = new Histogram({
    name: 'gonsters_commit_readings',
    help: 'Readings in a group commit',
    buckets: [1, 10, 100, 1000, 5000, 10_000, 50_000, 100_000],
    registers: [this.registry],
  });
  readonly pendingReadings = this.#gauge('gonsters_pending_readings', 'Readings that wait for their commit');
  readonly httpSeconds = this.#histogram('gonsters_http_request_seconds', 'Duration of a request', [
    'method',
    'route',
    'status',
  ]);
  readonly mqttConnections = this.#gauge('gonsters_mqtt_connections', 'Clients of the embedded broker');
  readonly liveConnections = this.#gauge('gonsters_live_connections', 'Connected live clients');
  readonly liveDegraded = this.#gauge('gonsters_live_degraded', 'Live clients that cannot keep up');
  readonly partUp = this.#gauge('gonsters_part_up', '1: does its work, 0.5: slow, or away without harm, 0: down', [
    'part',
  ]);
  readonly isLeader = this.#gauge('gonsters_keeps_watch', '1 on the node that evaluates alerts, 0 on the others');
  readonly retentionHeld = this.#gauge(
    'gonsters_retention_held',
    "1 while nothing is deleted because of its age, since this server's clock disagrees with the stored data",
  );
  readonly nodes = this.#gauge('gonsters_nodes', 'Servers of the plant, as this one sees them', ['state']);
  readonly alertsActive = this.#gauge('gonsters_alerts_active', 'Active alerts', ['severity']);

  /** Adds Node's own figures; the caller stops by clearing the registry. */
  start(): void {
    collectDefaultMetrics({ register: this.registry });
  }

  #counter<L extends string>(name: string, help: string, labelNames: L[] = []): Counter<L> {
    return new Counter({ name, help, labelNames, registers: [this.registry] });
  }

  #gauge<L extends string>(name: string, help: string, labelNames: L[] = []): Gauge<L> {
    return new Gauge({ name, help, labelNames, registers: [this.registry] });
  }

  #histogram<L extends string>(name: string, help: string, labelNames: L[] = []): Histogram<L> {
    return new Histogram({
      name,
      help,
      labelNames,
      buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
      registers: [this.registry],
    });
  }
}
