// Tests each channel once a week without disturbing anybody. Only the leader does.

import type { Logger } from '../../log.ts';
import type { ChannelStates } from '../store/channel-states.ts';
import type { Channels } from './channels.ts';
import { lastSelfTestMs } from './self-test-times.ts';

const LOOK_EVERY_MS = 60_000;

interface SelfTestsDeps {
  channels: Pick<Channels, 'list' | 'get' | 'refresh'>;
  states: Pick<ChannelStates, 'all' | 'tested' | 'keepOnly'>;
  /** IANA. */
  zone: () => string;
  nowMs: () => number;
  log: Logger;
}

export class SelfTests {
  readonly #deps: SelfTestsDeps;
  readonly #everyMs: number;
  #timer: NodeJS.Timeout | null = null;
  #looking: Promise<void> | null = null;

  constructor(deps: SelfTestsDeps, everyMs = LOOK_EVERY_MS) {
    this.#deps = deps;
    this.#everyMs = everyMs;
  }

  start(): void {
    if (this.#timer !== null) return;
    this.#timer = setInterval(() => this.#look(), this.#everyMs);
    this.#timer.unref();
    this.#look();
  }

  /** Does not wait for a test in progress: its result is stored, or the test is repeated. */
  async stop(): Promise<void> {
    if (this.#timer !== null) clearInterval(this.#timer);
    this.#timer = null;
  }

  #look(): void {
    this.#looking ??= this.#testDue()
      .catch((err: unknown) => this.#deps.log.warn({ err }, 'The channels could not be tested; this is retried'))
      .finally(() => {
        this.#looking = null;
      });
  }

  async #testDue(): Promise<void> {
    const { channels, states, zone, nowMs } = this.#deps;
    await channels.refresh();
    const stored = await states.all();
    const dueMs = lastSelfTestMs(nowMs(), zone());
    const listed = channels.list();
    await states.keepOnly([...listed.map(({ id }) => id), 'heartbeat']);
    for (const { id, version, is_active: isActive } of listed) {
      // What was added or changed since has its first test on the next Monday, and the mail server of the environment at once.
      const testedMs = stored.get(id)?.tested_at ?? version;
      const channel = channels.get(id);
      if (!isActive || channel === null || this.#timer === null) continue;
      // A test in the future: the clock was set back.
      if (testedMs >= dueMs && testedMs <= nowMs()) continue;
      const { kind, response } = await channel.selfTest();
      await states.tested(id, { atMs: nowMs(), result: kind, response });
    }
  }
}
