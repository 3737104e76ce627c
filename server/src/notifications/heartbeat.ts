// Tells a service elsewhere once a minute that this server works, so that somebody notices when it does not. Only the leader does.

import { isoTime } from '@gonsters/contract';
import type { Logger } from '../log.ts';
import { withTimeout } from '../with-timeout.ts';
import { attempt, outcomeOf } from './channels/channel-outcome.ts';
import type { ChannelHttp } from './channels/channel-request.ts';
import type { ChannelStates } from './store/channel-states.ts';

const EVERY_MS = 60_000;
const PROBE_WITHIN_MS = 10_000;
/** Its row among the states of channels. */
const HEARTBEAT = 'heartbeat';

interface HeartbeatDeps {
  /** Empty: none is sent. */
  url: () => string;
  /** Rejects where the server does not work. */
  probe: () => Promise<unknown>;
  http: ChannelHttp;
  states: Pick<ChannelStates, 'all' | 'tested'>;
  bus: { subscribe(handler: (event: { kind: string }) => void): () => void };
  nowMs: () => number;
  log: Logger;
}

export class Heartbeat {
  readonly #deps: HeartbeatDeps;
  #timer: NodeJS.Timeout | null = null;
  #unsubscribe: (() => void) | null = null;
  #beating: Promise<void> | null = null;
  #url = '';

  constructor(deps: HeartbeatDeps) {
    this.#deps = deps;
  }

  start(): void {
    if (this.#timer !== null) return;
    this.#timer = setInterval(() => this.#beat(), EVERY_MS);
    this.#timer.unref();
    // Whoever sets the address wants to see at once whether it is right.
    this.#unsubscribe = this.#deps.bus.subscribe(({ kind }) => {
      if (kind === 'config' && this.#deps.url() !== this.#url) this.#beat();
    });
    this.#beat();
  }

  async stop(): Promise<void> {
    if (this.#timer !== null) clearInterval(this.#timer);
    this.#timer = null;
    this.#unsubscribe?.();
    this.#unsubscribe = null;
  }

  /** The host of the address, and what became of the newest heartbeat; null where there is none. */
  async state() {
    const url = this.#deps.url();
    const row = (await this.#deps.states.all()).get(HEARTBEAT);
    const { tested_at: at, test_result: result, test_response: response } = row ?? {};
    const isKnown = url !== '' && at && result;
    return {
      host: url === '' ? null : URL.canParse(url) ? new URL(url).host : url,
      last: isKnown ? { at: isoTime(at), result, response: response ?? '' } : null,
    };
  }

  #beat(): void {
    this.#beating ??= this.#send()
      .catch((err: unknown) => this.#deps.log.warn({ err }, 'The heartbeat could not be recorded'))
      .finally(() => {
        this.#beating = null;
        if (this.#timer !== null && this.#deps.url() !== this.#url) this.#beat();
      });
  }

  async #send(): Promise<void> {
    const { url, http, states, nowMs, log } = this.#deps;
    const address = url();
    this.#url = address;
    if (address === '') return;
    const fault = await this.#fault();
    if (fault !== null) {
      log.warn({ fault }, 'No heartbeat was sent, because the server is not healthy');
      await states.tested(HEARTBEAT, { atMs: nowMs(), result: 'withheld', response: fault });
      return;
    }
    const outcome = await attempt(async () => outcomeOf(await http.request(address, { method: 'GET' }), nowMs()));
    if (outcome.kind !== 'accepted') log.warn({ answer: outcome.response }, 'The heartbeat was not accepted');
    await states.tested(HEARTBEAT, { atMs: nowMs(), result: outcome.kind, response: outcome.response });
  }

  /** Why the server is not healthy; null where it is. */
  async #fault(): Promise<string | null> {
    let isDone = false;
    try {
      await withTimeout(
        this.#deps.probe().then(() => {
          isDone = true;
        }),
        PROBE_WITHIN_MS,
      );
      return isDone ? null : 'A store does not answer';
    } catch (error) {
      return (error as Error).message;
    }
  }
}
