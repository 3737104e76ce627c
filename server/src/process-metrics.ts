// The Prometheus metrics of the process, served at /metrics.

import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';

/** One instance per app, so that several apps in one process, as in tests, do not share counters. */
export class ProcessMetrics {
  readonly registry = new Registry();
  readonly readingsStored = this.#counter('gonsters_readings_stored_total', 'Readings that were stored durably', [
    'source',
  ]);
  readonly readingsRejected = this.#counter(
    'gonsters_readings_rejected_total',
    'Payloads, readings or values that were refused',
    ['source', 'reason'],
  );
  readonly commitSeconds = this.#histogram('gonsters_commit_seconds', 'Duration of a group commit in seconds');
  readonly commitReadings = new Histogram({
    name: 'gonsters_commit_readings',
    help: 'Readings in a group commit',
    buckets: [1, 10, 100, 1000, 5000, 10_000, 50_000, 100_000],
    registers: [this.registry],
  });
  readonly pendingReadings = this.#gauge('gonsters_pending_readings', 'Readings that wait for a group commit');
  readonly httpSeconds = this.#histogram('gonsters_http_request_seconds', 'Duration of a request in seconds', [
    'method',
    'route',
    'status',
  ]);
  readonly mqttConnections = this.#gauge('gonsters_mqtt_connections', 'Clients of the embedded broker');
  readonly certificateDaysLeft = this.#gauge(
    'gonsters_certificate_days_left',
    'Days until the certificate of the MQTT listener expires; negative afterwards',
  );
  readonly gatewayConnected = this.#gauge('gonsters_gateway_connections', 'Connections of a gateway over MQTT', [
    'gateway',
  ]);
  readonly gatewayValues = this.#gauge(
    'gonsters_gateway_values_per_second',
    'Values that a gateway sends, the mean of the last minute',
    ['gateway'],
  );
  readonly gatewayRefused = this.#gauge(
    'gonsters_gateway_refused_ratio',
    'Share of the messages of a gateway that was refused in the last hour',
    ['gateway'],
  );
  readonly gatewayClockOffset = this.#gauge(
    'gonsters_gateway_clock_offset_seconds',
    'How far the timestamps of a gateway are ahead of the clock of this server',
    ['gateway'],
  );
  readonly liveConnections = this.#gauge('gonsters_live_connections', 'Connected live clients');
  readonly liveDegraded = this.#gauge(
    'gonsters_live_degraded',
    'Live clients that receive fewer events because they are slow',
  );
  readonly partUp = this.#gauge('gonsters_part_up', 'State of a part: 1 up, 0.5 degraded, 0 down', ['part']);
  readonly isLeader = this.#gauge('gonsters_keeps_watch', '1 on the alert leader, 0 on other nodes');
  readonly retentionHeld = this.#gauge(
    'gonsters_retention_held',
    '1 while nothing is deleted because of its age, because the clock of this server disagrees with the stored data',
  );
  readonly damagedFiles = this.#gauge(
    'gonsters_damaged_files',
    'Stored files that are missing or damaged, and losses of the database and the audit log, that nobody has acknowledged',
  );
  readonly nodes = this.#gauge('gonsters_nodes', 'Nodes of the plant as this node sees them', ['state']);
  readonly alertsActive = this.#gauge('gonsters_alerts_active', 'Active alerts', ['severity']);

  /** Adds the default metrics of Node. The caller clears the registry when it stops. */
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
