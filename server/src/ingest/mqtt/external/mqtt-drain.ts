// Stores the messages that an external broker holds for another node that does not run, and can end that node's sessions.

import { setTimeout as sleep } from 'node:timers/promises';
import type { MqttClient } from 'mqtt';
import { AppError } from '../../../errors.ts';
import type { BrokerAddress } from '../../../server-addresses.ts';
import { MqttIngest, type MqttIngestDeps } from '../mqtt-ingest.ts';
import { type BrokerMessage, CONNECTIONS, openSession, SHARED_PREFIX, sessionName } from './mqtt-session.ts';

export interface MqttDrainDeps extends Omit<MqttIngestDeps, 'onPressure'> {
  externalBroker: BrokerAddress;
}

export interface DrainOptions {
  /**
   * Whether the sessions are ended afterwards. Otherwise they stay without a subscription, so that a node that comes back meanwhile
   * loses no message.
   */
  endsSessions: boolean;
  /** Aborts the drain: messages that were not acknowledged stay at the broker. */
  signal?: AbortSignal;
}

/** A broker with further messages sends one sooner than this, and a node that runs after all reconnects sooner. */
const QUIET_MS = 3_000;
/** The same where the sessions stay: a late message is then stored by the next drain. */
const QUIET_KEEPING_SESSIONS_MS = 1_500;
const CHECK_EVERY_MS = 50;
const CLOSE_WITHIN_MS = 1_000;
const PROGRESS_EVERY_MS = 5_000;
const CONNECTION_NUMBERS = Array.from({ length: CONNECTIONS }, (_, number) => number);

export class MqttDrain {
  readonly #deps: MqttDrainDeps;
  /** Drains run one after the other: two at a time would end each other's connections. */
  #lastRun: Promise<unknown> = Promise.resolve();

  constructor(deps: MqttDrainDeps) {
    this.#deps = deps;
  }

  /**
   * Resolves with the number of messages that waited. Each of them is stored, or kept as a dead letter where it can never be. Rejects with
   * `store_unavailable` where the broker cannot be reached or ends a connection: what was not acknowledged waits there as before.
   */
  run(clientId: string, progress: (line: string) => void, options: DrainOptions): Promise<number> {
    const run = this.#lastRun.then(() => this.#run(clientId, progress, options));
    this.#lastRun = run.catch(() => {});
    return run;
  }

  async #run(clientId: string, progress: (line: string) => void, options: DrainOptions): Promise<number> {
    const { endsSessions } = options;
    const quietMs = endsSessions ? QUIET_MS : QUIET_KEEPING_SESSIONS_MS;
    let stored = 0;
    let inFlight = 0;
    let lastMs = performance.now();
    // The broker waits for acknowledgements, so the number of messages in flight is bounded.
    const mqttIngest = new MqttIngest({ ...this.#deps, onPressure: () => {} });
    const onMessage = (message: BrokerMessage, acknowledge: () => void) => {
      inFlight++;
      lastMs = performance.now();
      mqttIngest.acceptFromBroker(message, () => {
        stored++;
        inFlight--;
        lastMs = performance.now();
        acknowledge();
      });
    };
    const progressTimer = setInterval(() => progress(`${stored} messages stored`), PROGRESS_EVERY_MS);
    const open = (clean: boolean) =>
      CONNECTION_NUMBERS.map((number) =>
        openSession(
          this.#deps.externalBroker,
          { clientId: sessionName(clientId, number), clean, reconnectPeriod: 0 },
          { onMessage, onQos0Message: onMessage },
        ),
      );
    const isQuiet = () => inFlight === 0 && performance.now() - lastMs >= quietMs;

    try {
      // Without its subscription the session gets no new messages, and the broker sends those that were assigned to it before.
      await this.#whileConnected(open(false), options.signal, async (clients, signal) => {
        const wait = () => sleep(CHECK_EVERY_MS, undefined, { signal });
        for (let before = -1; before !== stored; ) {
          await this.#unsubscribe(clients);
          while (!isQuiet()) await wait();
          before = stored;
          // The broker answers only after everything that it had to send.
          await this.#unsubscribe(clients);
          while (inFlight > 0) await wait();
        }
      });
      // A clean session ends with its connection (MQTT 3.1.1, 3.1.2.4).
      if (endsSessions) await this.#whileConnected(open(true), options.signal, async () => {});
      return stored;
    } finally {
      clearInterval(progressTimer);
      await mqttIngest.stop(0);
    }
  }

  async #unsubscribe(clients: readonly MqttClient[]): Promise<void> {
    const { topics, profileRules } = this.#deps;
    // The names of the shared subscription, and of the plain one at brokers without shared subscriptions.
    const names = [...topics, ...profileRules.filters()].flatMap((topic) => [`${SHARED_PREFIX}${topic}`, topic]);
    await Promise.all(clients.map((client) => client.unsubscribeAsync(names)));
  }

  /** Runs `work` while all clients are connected. Rejects when one of them loses its connection. */
  async #whileConnected(
    clients: readonly MqttClient[],
    abortSignal: AbortSignal | undefined,
    work: (clients: readonly MqttClient[], signal: AbortSignal) => Promise<void>,
  ): Promise<void> {
    const over = new AbortController();
    const lost = new Promise<never>((_, reject) => {
      const abort = () => reject(new AppError('closed', 'The drain was aborted'));
      if (abortSignal?.aborted) abort();
      abortSignal?.addEventListener('abort', abort, { signal: over.signal });
      for (const client of clients) {
        let reason = 'it closed the connection, as it does when the node is running after all';
        client.on('error', (error) => {
          reason = error.message || String(error);
        });
        client.on('close', () => {
          if (over.signal.aborted) return;
          reject(new AppError('store_unavailable', `The messages cannot be read from the MQTT broker: ${reason}`));
        });
      }
    });
    try {
      const connected = Promise.all(
        clients.map((client) => new Promise<void>((resolve) => client.once('connect', () => resolve()))),
      );
      const working = connected.then(() => work(clients, over.signal));
      working.catch(() => {});
      await Promise.race([lost, working]);
    } finally {
      over.abort();
      await Promise.race([
        Promise.all(clients.map((client) => client.endAsync().catch(() => {}))),
        sleep(CLOSE_WITHIN_MS),
      ]);
      for (const client of clients) client.end(true);
    }
  }
}
