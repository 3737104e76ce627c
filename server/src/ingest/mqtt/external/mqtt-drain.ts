// Takes and stores what an external broker holds for a node that is gone for good, and ends its sessions there.

import { setTimeout as sleep } from 'node:timers/promises';
import type { MqttClient } from 'mqtt';
import { AppError } from '../../../errors.ts';
import type { BrokerAddress } from '../../../server-addresses.ts';
import { MqttIngest, type MqttIngestDeps } from '../mqtt-ingest.ts';
import { CONNECTIONS, type GivenMessage, openSession, SHARE, sessionName } from './mqtt-session.ts';

export interface MqttDrainParts extends Omit<MqttIngestDeps, 'onPressure'> {
  externalBroker: BrokerAddress;
}

export interface DrainOptions {
  /**
   * Afterwards the broker knows the sessions no more. Otherwise they stay, without a subscription, so that a node which comes back
   * meanwhile loses nothing of what it is given.
   */
  endsSessions: boolean;
  /** Gives it up: what was not acknowledged waits at the broker as before. */
  signal?: AbortSignal;
}

/** A broker that has more sends it sooner than this; and a node that runs after all comes back sooner, and is noticed. */
const QUIET_MS = 3_000;
/** Where the sessions stay: what came late would be there the next time, and a node that comes back is welcome. */
const QUIET_STAYING_MS = 1_500;
const LOOK_EVERY_MS = 50;
const GOODBYE_MS = 1_000;
const TOLD_EVERY_MS = 5_000;
const NUMBERS = Array.from({ length: CONNECTIONS }, (_, number) => number);

export class MqttDrain {
  readonly #parts: MqttDrainParts;
  /** What the shared subscription of every node is called, and the plain one at brokers that share nothing. */
  readonly #topics: string[];
  /** Two at a time would end each other's connections. */
  #turn: Promise<unknown> = Promise.resolve();

  constructor(parts: MqttDrainParts) {
    this.#parts = parts;
    this.#topics = parts.topics.flatMap((topic) => [`${SHARE}${topic}`, topic]);
  }

  /**
   * Resolves with the number of messages that waited, each of which is stored, or kept as a dead letter where it can never be. Rejects with
   * `store_unavailable` where the broker cannot be reached or ends a connection: what was not acknowledged waits there as before.
   */
  run(clientId: string, progress: (line: string) => void, options: DrainOptions): Promise<number> {
    const run = this.#turn.then(() => this.#run(clientId, progress, options));
    this.#turn = run.catch(() => {});
    return run;
  }

  async #run(clientId: string, progress: (line: string) => void, options: DrainOptions): Promise<number> {
    const { endsSessions } = options;
    const quietMs = endsSessions ? QUIET_MS : QUIET_STAYING_MS;
    let taken = 0;
    let underWay = 0;
    let lastMs = performance.now();
    // The broker sends no more than it is acknowledged: nothing piles up here.
    const mqttIngest = new MqttIngest({ ...this.#parts, onPressure: () => {} });
    const take = (message: GivenMessage, acknowledge: () => void) => {
      underWay++;
      lastMs = performance.now();
      mqttIngest.acceptGiven(message, () => {
        taken++;
        underWay--;
        lastMs = performance.now();
        acknowledge();
      });
    };
    const teller = setInterval(() => progress(`${taken} messages taken`), TOLD_EVERY_MS);
    const open = (clean: boolean) =>
      NUMBERS.map((number) =>
        openSession(
          this.#parts.externalBroker,
          { clientId: sessionName(clientId, number), clean, reconnectPeriod: 0 },
          { take, takeUnpromised: take },
        ),
      );
    const isQuiet = () => underWay === 0 && performance.now() - lastMs >= quietMs;

    try {
      // Others take what comes from now on; what was given to this node before still comes.
      await this.#with(open(false), options.signal, async (clients, signal) => {
        const look = () => sleep(LOOK_EVERY_MS, undefined, { signal });
        for (let before = -1; before !== taken; ) {
          await this.#unsubscribe(clients);
          while (!isQuiet()) await look();
          before = taken;
          // Its answer comes behind everything that the broker had to send.
          await this.#unsubscribe(clients);
          while (underWay > 0) await look();
        }
      });
      // A session that begins clean is over with its connection (MQTT 3.1.1, 3.1.2.4).
      if (endsSessions) await this.#with(open(true), options.signal, async () => {});
      return taken;
    } finally {
      clearInterval(teller);
      await mqttIngest.stop(0);
    }
  }

  async #unsubscribe(clients: readonly MqttClient[]): Promise<void> {
    await Promise.all(clients.map((client) => client.unsubscribeAsync(this.#topics)));
  }

  /** Works while all of them are connected; one that is lost ends it. */
  async #with(
    clients: readonly MqttClient[],
    givenUp: AbortSignal | undefined,
    work: (clients: readonly MqttClient[], signal: AbortSignal) => Promise<void>,
  ): Promise<void> {
    const over = new AbortController();
    const lost = new Promise<never>((_, reject) => {
      const giveUp = () => reject(new AppError('closed', 'The drain was given up'));
      if (givenUp?.aborted) giveUp();
      givenUp?.addEventListener('abort', giveUp, { signal: over.signal });
      for (const client of clients) {
        let reason = 'it ended the connection, as it does where the node is running after all';
        client.on('error', (error) => {
          reason = error.message || String(error);
        });
        client.on('close', () => {
          if (over.signal.aborted) return;
          reject(new AppError('store_unavailable', `The MQTT broker gives nothing out: ${reason}`));
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
      await Promise.race([Promise.all(clients.map((client) => client.endAsync().catch(() => {}))), sleep(GOODBYE_MS)]);
      for (const client of clients) client.end(true);
    }
  }
}
