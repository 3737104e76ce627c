// Drains automatically the sessions of nodes that do not consume them at an external broker.

import type { ObservedNode } from '../../../cluster/node-monitor.ts';
import { SILENT_AFTER_MS } from '../../../cluster/node-monitor.ts';
import type { Logger } from '../../../log.ts';
import { withTimeout } from '../../../with-timeout.ts';
import type { MqttDrain } from './mqtt-drain.ts';

/** After a failed attempt: the node may be back, or `gonsters decommission` may be running. */
const FIRST_RETRY_MS = 5_000;
const MAX_RETRY_MS = 60_000;
const STOP_WITHIN_MS = 1_000;

export interface OrphanedSessionsDeps {
  ownId: string;
  drain: Pick<MqttDrain, 'run'>;
  /** Whether this node is subscribed. Without any subscriber the broker would discard new messages. */
  isSubscribed: () => boolean;
  log: Logger;
}

interface Attempt {
  /** The node's last heartbeat at the attempt. A different one means that the node has run since. */
  seenAtMs: number;
  /** When the next attempt is due. */
  dueMs: number;
  waitMs: number;
}

export class OrphanedSessions {
  readonly #deps: OrphanedSessionsDeps;
  readonly #attempts = new Map<string, Attempt>();
  readonly #stopped = new AbortController();
  #draining: Promise<void> | null = null;
  #subscribedSinceMs: number | null = null;

  constructor(deps: OrphanedSessionsDeps) {
    this.#deps = deps;
  }

  /** To be called about every second with all nodes. Starts a drain where one is due. */
  update(nodes: readonly ObservedNode[]): void {
    const nowMs = performance.now();
    this.#subscribedSinceMs = this.#deps.isSubscribed() ? (this.#subscribedSinceMs ?? nowMs) : null;
    if (this.#draining !== null || this.#stopped.signal.aborted || !this.#isResponsible(nodes, nowMs)) return;
    for (const node of nodes) if (node.notConsumingForMs === 0) this.#attempts.delete(node.id);
    const orphan = nodes.find((node) => this.#isDue(node, nodes, nowMs));
    if (orphan === undefined) return;
    this.#draining = this.#drain(orphan).finally(() => {
      this.#draining = null;
    });
  }

  async stop(): Promise<void> {
    this.#stopped.abort();
    await withTimeout(this.#draining, STOP_WITHIN_MS);
  }

  /** The first node by id that is subscribed. Where two nodes consider themselves the first, their drains fail and are retried. */
  #isResponsible(nodes: readonly ObservedNode[], nowMs: number): boolean {
    // Right after a restart of the broker other nodes may not have reconnected yet.
    if (this.#subscribedSinceMs === null || nowMs - this.#subscribedSinceMs < SILENT_AFTER_MS) return false;
    const consuming = nodes.filter((node) => node.state === 'running' && node.isSubscribed && node.clientId !== null);
    return consuming.every((node) => this.#deps.ownId <= node.id);
  }

  #isDue(node: ObservedNode, nodes: readonly ObservedNode[], nowMs: number): boolean {
    if (node.clientId === null || node.notConsumingForMs < SILENT_AFTER_MS) return false;
    // A node that was set up again may have the client id of the previous one.
    if (nodes.some((each) => each !== node && each.clientId === node.clientId && each.notConsumingForMs === 0))
      return false;
    const attempt = this.#attempts.get(node.id);
    if (attempt === undefined || nowMs >= attempt.dueMs) return true;
    // A node that runs without its broker connection sends new heartbeats all the time.
    return node.state !== 'running' && attempt.seenAtMs !== node.seenAtMs;
  }

  async #drain(node: ObservedNode): Promise<void> {
    const { drain, log } = this.#deps;
    const about = { node: node.id, host: node.host };
    const waitMs = Math.min(2 * (this.#attempts.get(node.id)?.waitMs ?? FIRST_RETRY_MS / 2), MAX_RETRY_MS);
    const attempt: Attempt = { seenAtMs: node.seenAtMs, waitMs, dueMs: Number.POSITIVE_INFINITY };
    log.warn(about, 'A node does not consume the messages that the MQTT broker holds for it: this node stores them');
    try {
      const messages = await drain.run(node.clientId as string, (line) => log.info(about, line), {
        endsSessions: false,
        signal: this.#stopped.signal,
      });
      // A running node may have been subscribed again for a moment.
      if (node.state === 'running') attempt.dueMs = performance.now() + MAX_RETRY_MS;
      log.info({ ...about, messages }, 'The MQTT broker holds no more messages for that node');
    } catch (error) {
      attempt.dueMs = performance.now() + waitMs;
      if (!this.#stopped.signal.aborted)
        log.warn({ err: error, ...about }, 'The messages of that node could not all be stored; it will be tried again');
    }
    this.#attempts.set(node.id, attempt);
  }
}
