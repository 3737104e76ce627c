// What an external broker holds for a node that does not take it is taken by another, without anybody's doing.

import type { ObservedNode } from '../../../cluster/node-monitor.ts';
import { SILENT_AFTER_MS } from '../../../cluster/node-monitor.ts';
import type { Logger } from '../../../log.ts';
import { withTimeout } from '../../../with-timeout.ts';
import type { MqttDrain } from './mqtt-drain.ts';

/** After a try that failed: the node may be back, or `gonsters decommission` may be at work. */
const FIRST_RETRY_MS = 5_000;
const LAST_RETRY_MS = 60_000;
const STOP_WITHIN_MS = 1_000;

export interface OrphanedSessionsParts {
  ownId: string;
  drain: Pick<MqttDrain, 'run'>;
  /** Whether this node takes its own share: otherwise nobody might be left to whom the broker gives anything. */
  isSubscribed: () => boolean;
  log: Logger;
}

interface Attempt {
  /** Heartbeat after which the node fell silent: with another one it has run meanwhile. */
  seenAtMs: number;
  /** When it is tried again. */
  dueMs: number;
  waitMs: number;
}

export class OrphanedSessions {
  readonly #parts: OrphanedSessionsParts;
  readonly #attempts = new Map<string, Attempt>();
  readonly #over = new AbortController();
  #draining: Promise<void> | null = null;
  #subscribedSinceMs: number | null = null;

  constructor(parts: OrphanedSessionsParts) {
    this.#parts = parts;
  }

  /** Called about every second with all nodes. */
  look(nodes: readonly ObservedNode[]): void {
    const nowMs = performance.now();
    this.#subscribedSinceMs = this.#parts.isSubscribed() ? (this.#subscribedSinceMs ?? nowMs) : null;
    if (this.#draining !== null || this.#over.signal.aborted || !this.#isInCharge(nodes, nowMs)) return;
    for (const node of nodes) if (node.notConsumingForMs === 0) this.#attempts.delete(node.id);
    const orphan = nodes.find((node) => this.#isDue(node, nodes, nowMs));
    if (orphan === undefined) return;
    this.#draining = this.#drain(orphan).finally(() => {
      this.#draining = null;
    });
  }

  async stop(): Promise<void> {
    this.#over.abort();
    await withTimeout(this.#draining, STOP_WITHIN_MS);
  }

  /** Of the nodes that take their share it is the first by name; where two think so they end each other's connections, and try again. */
  #isInCharge(nodes: readonly ObservedNode[], nowMs: number): boolean {
    // A broker that is just back has not seen all of them yet.
    if (this.#subscribedSinceMs === null || nowMs - this.#subscribedSinceMs < SILENT_AFTER_MS) return false;
    const taking = nodes.filter((node) => node.state === 'running' && node.isSubscribed && node.clientId !== null);
    return taking.every((node) => this.#parts.ownId <= node.id);
  }

  #isDue(node: ObservedNode, nodes: readonly ObservedNode[], nowMs: number): boolean {
    if (node.clientId === null || node.notConsumingForMs < SILENT_AFTER_MS) return false;
    // A node that was set up anew may have the name of the one before.
    if (nodes.some((each) => each !== node && each.clientId === node.clientId && each.notConsumingForMs === 0))
      return false;
    const attempt = this.#attempts.get(node.id);
    if (attempt === undefined || nowMs >= attempt.dueMs) return true;
    // One that runs without its broker says so with ever newer heartbeats.
    return node.state !== 'running' && attempt.seenAtMs !== node.seenAtMs;
  }

  async #drain(node: ObservedNode): Promise<void> {
    const { drain, log } = this.#parts;
    const about = { node: node.id, host: node.host };
    const waitMs = Math.min(2 * (this.#attempts.get(node.id)?.waitMs ?? FIRST_RETRY_MS / 2), LAST_RETRY_MS);
    const attempt: Attempt = { seenAtMs: node.seenAtMs, waitMs, dueMs: Number.POSITIVE_INFINITY };
    log.warn(about, 'A node does not take what the MQTT broker holds for it: this node takes its share');
    try {
      const messages = await drain.run(node.clientId as string, (line) => log.info(about, line), {
        endsSessions: false,
        signal: this.#over.signal,
      });
      // One that runs may have been subscribed again for a moment.
      if (node.state === 'running') attempt.dueMs = performance.now() + LAST_RETRY_MS;
      log.info({ ...about, messages }, 'Nothing waits at the MQTT broker for that node any more');
    } catch (error) {
      attempt.dueMs = performance.now() + waitMs;
      if (!this.#over.signal.aborted) log.warn({ err: error, ...about }, 'Its share could not be taken to the end');
    }
    this.#attempts.set(node.id, attempt);
  }
}
