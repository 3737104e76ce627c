// Publishes readings over HTTP in batches, as a gateway without MQTT does.

import { INGEST_LIMITS, isoTime } from '@gonsters/contract';
import { type KnownMachine, type Publisher, type PublisherCounts, SimulationError } from './publisher.ts';
import { countRefusedValues } from './refused-values.ts';
import type { SentValues } from './sent-values.ts';
import type { ServerApi } from './server-api.ts';
import { Window } from './window.ts';

/** A batch is sent when it has this size, or after `#everyMs`. */
const READINGS_PER_BATCH = 5_000;
const BATCHES_UNDER_WAY = 2;
const RETRY_MS = 1000;
/** The simulation ends if the server is unavailable for longer than this. */
const GIVE_UP_MS = 60_000;

interface SentReading {
  readonly timestampMs: number;
  readonly values: SentValues;
}

interface Batch {
  size: number;
  readonly byMachine: Map<string, { machine: KnownMachine; readings: SentReading[] }>;
}

export class HttpPublisher implements Publisher {
  readonly counts: PublisherCounts = { sent: 0, acknowledged: 0, refused: 0, refusedValues: {} };
  readonly #api: ServerApi;
  readonly #everyMs: number;
  readonly #window = new Window(BATCHES_UNDER_WAY);
  #batch = emptyBatch();
  #timer: NodeJS.Timeout | null = null;
  #failure: SimulationError | null = null;
  #stopped = false;

  constructor(api: ServerApi, everyMs = 200) {
    this.#api = api;
    this.#everyMs = everyMs;
  }

  async start(): Promise<void> {
    this.#timer = setInterval(() => void this.#flush(), this.#everyMs);
    this.#timer.unref();
  }

  async publish(machine: KnownMachine, timestampMs: number, values: SentValues): Promise<void> {
    if (this.#failure !== null) throw this.#failure;
    const batch = this.#batch;
    let entry = batch.byMachine.get(machine.machineId);
    if (entry === undefined) {
      entry = { machine, readings: [] };
      batch.byMachine.set(machine.machineId, entry);
    }
    entry.readings.push({ timestampMs, values });
    batch.size++;
    if (batch.size >= READINGS_PER_BATCH || batch.byMachine.size >= INGEST_LIMITS.machines) await this.#flush();
  }

  async stop(withinMs: number): Promise<void> {
    if (this.#timer !== null) clearInterval(this.#timer);
    this.#timer = null;
    const timer = setTimeout(() => {
      this.#stopped = true;
    }, withinMs);
    await this.#flush();
    await this.#window.empty(withinMs);
    clearTimeout(timer);
    this.#stopped = true;
    if (this.#failure !== null) throw this.#failure;
  }

  async #flush(): Promise<void> {
    if (this.#batch.size === 0) return;
    const batch = this.#batch;
    this.#batch = emptyBatch();
    await this.#window.enter();
    // Not awaited, so that the next batch is collected while this one is sent.
    void this.#deliver(batch)
      .catch((error: SimulationError) => {
        this.#failure = error;
      })
      .finally(() => this.#window.leave());
  }

  async #deliver(batch: Batch): Promise<void> {
    this.counts.sent += batch.size;
    const body = {
      gateway_id: 'simulator',
      timestamp: new Date().toISOString(),
      batch: [...batch.byMachine.values()].map(({ machine, readings }) => ({
        machine_id: machine.machineId,
        sensor_type: machine.sensorType,
        location: machine.location,
        readings: readings.map(({ timestampMs, values }) => ({ timestamp: isoTime(timestampMs), ...values })),
      })),
    };
    const giveUpMs = Date.now() + GIVE_UP_MS;
    for (;;) {
      const reply = await this.#api.request('POST', '/data/ingest', body).catch((error: SimulationError) => error);
      if (!(reply instanceof Error)) {
        if (reply.status === 201 || reply.status === 207 || reply.status === 400) {
          const stored = reply.status === 400 ? 0 : storedReadings(reply.body);
          this.counts.acknowledged += stored;
          this.counts.refused += batch.size - stored;
          if (reply.status !== 201) this.#countRefusedValues(batch);
          return;
        }
        if (reply.status !== 503 && reply.status !== 429)
          throw new SimulationError(`The server refused a batch: ${reply.status} ${String(reply.body.message ?? '')}`);
      }
      if (this.#stopped) return;
      if (Date.now() > giveUpMs) throw reply instanceof Error ? reply : new SimulationError('The server is still busy');
      const waitMs = reply instanceof Error ? RETRY_MS : (reply.retryAfterS ?? 1) * 1000;
      await new Promise((resolve) => setTimeout(resolve, waitMs));
    }
  }

  #countRefusedValues(batch: Batch): void {
    for (const { readings } of batch.byMachine.values()) {
      for (const { timestampMs, values } of readings) {
        countRefusedValues(this.counts.refusedValues, timestampMs, values);
      }
    }
  }
}

/** The number of stored readings according to the reply. */
function storedReadings(body: Record<string, unknown>): number {
  const details = Array.isArray(body.details) ? (body.details as { readings_count?: number }[]) : [];
  return details.reduce((sum, { readings_count = 0 }) => sum + readings_count, 0);
}

function emptyBatch(): Batch {
  return { size: 0, byMachine: new Map() };
}
