// Notices when a channel fails or works again, and announces it. Every node notes what it sends; the leader announces.

import type { EventBus } from '../../events/event-bus.ts';
import type { Logger } from '../../log.ts';
import type { FailingChannel } from '../notification-events.ts';
import type { ChannelState, ChannelStates } from '../store/channel-states.ts';
import type { Outcome } from './channel.ts';
import { kindOf } from './channel-kinds.ts';
import { type Channels, type DescribedChannel, EMAIL } from './channels.ts';

/** After a change of leader, and where an event was lost, the announcement is repeated. */
const REPEAT_MS = 30_000;

interface ChannelHealthDeps {
  channels: Pick<Channels, 'list' | 'observe'>;
  states: ChannelStates;
  bus: Pick<EventBus, 'publish'>;
  nowMs: () => number;
  log: Logger;
}

export class ChannelHealth {
  readonly #deps: ChannelHealthDeps;
  /** Channels that this node has seen failing, so that a success of any other needs no query. */
  readonly #suspects = new Set<string>();
  #noting: Promise<void> = Promise.resolve();
  #timer: NodeJS.Timeout | null = null;

  constructor(deps: ChannelHealthDeps) {
    this.#deps = deps;
    deps.channels.observe((channel, outcome, works) => {
      if (works !== null) this.#note(channel, outcome, works);
    });
  }

  /** Only the leader announces. */
  start(): void {
    if (this.#timer !== null) return;
    this.#timer = setInterval(() => this.#inOrder(() => this.announce()), REPEAT_MS);
    this.#timer.unref();
    this.#inOrder(() => this.announce());
  }

  async stop(): Promise<void> {
    if (this.#timer !== null) clearInterval(this.#timer);
    this.#timer = null;
    await this.#noting;
  }

  /** Everything that was noted so far is stored. */
  settled(): Promise<void> {
    return this.#noting;
  }

  /** Tells which channels fail at present. Rejects with `store_unavailable`. */
  async announce(): Promise<void> {
    const { channels, states, bus } = this.#deps;
    const stored = await states.all();
    for (const { channel, failures } of stored.values()) if (failures > 0) this.#suspects.add(channel);
    const failing = channels.list().flatMap((channel) => failingChannel(channel, stored.get(channel.id)) ?? []);
    bus.publish({ kind: 'channels_failing', channels: failing });
  }

  #note({ id }: DescribedChannel, outcome: Outcome, works: boolean): void {
    if (works && !this.#suspects.has(id)) return;
    this.#inOrder(async () => {
      const { states, nowMs } = this.#deps;
      if (works) {
        await states.worked(id);
        this.#suspects.delete(id);
      } else {
        this.#suspects.add(id);
        await states.failed(id, outcome.response, nowMs());
      }
      await this.announce();
    });
  }

  #inOrder(work: () => Promise<void>): void {
    this.#noting = this.#noting.then(work).catch((err: unknown) => {
      this.#deps.log.warn({ err }, 'Whether a channel works could not be stored');
    });
  }
}

function failingChannel(channel: DescribedChannel, state: ChannelState | undefined): FailingChannel | null {
  if (!channel.is_active || state === undefined || state.failing_since === null) return null;
  const { id, kind, name } = channel;
  const { words } = kindOf(kind);
  const shown = id === EMAIL ? words : `${words} “${name}”`;
  return { ...{ id, kind, name, words: shown }, sinceMs: state.failing_since, failure: state.failure ?? '' };
}
