// Asks nodes for their births, by the only command that the host sends.

import type { Clock, MonotonicClock } from '../../clock.ts';
import type { Logger } from '../../log.ts';
import { rebirthCommand } from './host-messages.ts';
import type { NodeSession } from './node-session.ts';
import { commandTopic } from './topic.ts';

/** A node is asked at most this often. */
const REBIRTH_EVERY_MS = 10_000;

export class RebirthRequests {
  readonly #clock: Clock;
  readonly #monotonic: MonotonicClock;
  readonly #log: Logger;
  /** Nodes that were asked too recently. */
  readonly #waiting = new Set<NodeSession>();

  constructor(deps: { clock: Clock; monotonic: MonotonicClock; log: Logger }) {
    this.#clock = deps.clock;
    this.#monotonic = deps.monotonic;
    this.#log = deps.log;
  }

  /** Asks now, or as soon as the node may be asked again. */
  add(session: NodeSession): void {
    this.#waiting.add(session);
    this.#ask(session);
  }

  /** The birth has come, or the node is forgotten. */
  cancel(session: NodeSession): void {
    this.#waiting.delete(session);
  }

  /** Called ten times a second. */
  check(): void {
    for (const session of this.#waiting) this.#ask(session);
  }

  #ask(session: NodeSession): void {
    const nowMs = this.#monotonic.elapsedMs();
    if (nowMs - session.rebirthRequestedMs < REBIRTH_EVERY_MS) return;
    session.rebirthRequestedMs = nowMs;
    this.#waiting.delete(session);
    this.#log.info({ node: session.path }, 'A Sparkplug node is asked for its birth certificate');
    session.send(commandTopic(session.group, session.node), rebirthCommand(this.#clock.nowMs()));
  }
}
