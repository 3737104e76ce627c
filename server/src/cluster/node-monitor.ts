// Which nodes of the plant run and which are missing, as this node observes it from their heartbeats in the database.

import type { Logger } from '../log.ts';
import { withTimeout } from '../with-timeout.ts';
import { HEARTBEAT_MS, type NodeRegistry, type RegisteredNode } from './node-registry.ts';

/** `missing`: its heartbeats ended and it was not stopped. */
export type NodeState = 'running' | 'stopped' | 'missing';

export interface ObservedNode extends RegisteredNode {
  readonly state: NodeState;
  /** For how long, without interruption, the node has not consumed the messages that the MQTT broker holds for it. */
  readonly notConsumingForMs: number;
}

/** Without a heartbeat for this long a node counts as not running. Under load some heartbeats are late. */
export const SILENT_AFTER_MS = 5_000;
/** When the database has not answered for longer than this, heartbeats may be missing because of the database. */
const DATABASE_GAP_MS = 3_000;
const STOP_WITHIN_MS = 500;

/** Times are those of this process's monotonic clock. */
interface Observation {
  seenAtMs: number;
  lastAliveMs: number;
  lastConsumingMs: number;
}

export interface NodeMonitorDeps {
  registry: Pick<NodeRegistry, 'all'>;
  ownId: string;
  /** Whether the node was heard over the event bus recently, independently of the database. */
  isNodeAlive: (nodeId: string) => boolean;
  log: Logger;
}

export class NodeMonitor {
  readonly #deps: NodeMonitorDeps;
  readonly #observations = new Map<string, Observation>();
  #nodes: readonly ObservedNode[] = [];
  #lastReadMs = Number.NEGATIVE_INFINITY;
  #reading: Promise<void> | null = null;
  #timer: NodeJS.Timeout | null = null;

  constructor(deps: NodeMonitorDeps) {
    this.#deps = deps;
  }

  /** `onUpdate` is called with all nodes about every second, while the database answers. */
  start(onUpdate: (nodes: readonly ObservedNode[]) => void): void {
    this.#timer = setInterval(() => {
      this.#reading ??= this.#read(onUpdate).finally(() => {
        this.#reading = null;
      });
    }, HEARTBEAT_MS);
    this.#timer.unref();
  }

  async stop(): Promise<void> {
    if (this.#timer !== null) clearInterval(this.#timer);
    this.#timer = null;
    await withTimeout(this.#reading, STOP_WITHIN_MS);
  }

  /** All nodes as last read from the database, this node included. */
  get nodes(): readonly ObservedNode[] {
    return this.#nodes;
  }

  async #read(onUpdate: (nodes: readonly ObservedNode[]) => void): Promise<void> {
    try {
      const registered = await this.#deps.registry.all();
      this.#observe(registered, performance.now());
      if (this.#timer !== null) onUpdate(this.#nodes);
    } catch (error) {
      this.#deps.log.debug({ err: error }, 'The list of nodes cannot be read at the moment');
    }
  }

  /** Uses the clock of this process: heartbeats that a frozen database did not store do not make a node silent. */
  #observe(registered: readonly RegisteredNode[], nowMs: number): void {
    if (nowMs - this.#lastReadMs > DATABASE_GAP_MS) this.#excuseGap(this.#lastReadMs, nowMs);
    this.#lastReadMs = nowMs;
    const ids = new Set(registered.map((node) => node.id));
    for (const id of this.#observations.keys()) if (!ids.has(id)) this.#observations.delete(id);
    this.#nodes = registered.map((node) => this.#observeNode(node, nowMs));
  }

  /** A node that was silent before the gap still is. For the others the time without a heartbeat starts again. */
  #excuseGap(lastReadMs: number, nowMs: number): void {
    for (const each of this.#observations.values()) {
      if (lastReadMs - each.lastAliveMs < SILENT_AFTER_MS) each.lastAliveMs = nowMs;
      if (lastReadMs - each.lastConsumingMs < SILENT_AFTER_MS) each.lastConsumingMs = nowMs;
    }
  }

  #observeNode(node: RegisteredNode, nowMs: number): ObservedNode {
    const before = this.#observations.get(node.id);
    const isAlive =
      before?.seenAtMs !== node.seenAtMs || node.id === this.#deps.ownId || this.#deps.isNodeAlive(node.id);
    const lastAliveMs = isAlive ? nowMs : before.lastAliveMs;
    const isSilent = nowMs - lastAliveMs >= SILENT_AFTER_MS;
    const isConsuming = node.isRunning && !isSilent && node.isSubscribed;
    // Between its last heartbeat and now the node may have stopped consuming: that time counts.
    const lastConsumingMs = before === undefined || (isConsuming && isAlive) ? nowMs : before.lastConsumingMs;
    this.#observations.set(node.id, { seenAtMs: node.seenAtMs, lastAliveMs, lastConsumingMs });
    const state = !node.isRunning ? 'stopped' : isSilent ? 'missing' : 'running';
    return { ...node, state, notConsumingForMs: isConsuming ? 0 : nowMs - lastConsumingMs };
  }
}
