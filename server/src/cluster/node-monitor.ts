// Which nodes of the plant run, and which are missing, as this node sees them: each says every second that it runs.

import type { Logger } from '../log.ts';
import { withTimeout } from '../with-timeout.ts';
import { HEARTBEAT_MS, type NodeRegistry, type RegisteredNode } from './node-registry.ts';

/** `missing`: it fell silent without having been stopped. */
export type NodeState = 'running' | 'stopped' | 'missing';

export interface ObservedNode extends RegisteredNode {
  readonly state: NodeState;
  /** For how long this node has seen, without a gap, that it does not take what the broker holds for it. */
  readonly shareWaitsForMs: number;
}

/** Without a heartbeat for so long a node does not run. Under load some may be late. */
export const SILENT_AFTER_MS = 5_000;
/** After a longer time without an answer of the database nothing is known of what happened in it. */
const GAP_MS = 3_000;
const STOP_WITHIN_MS = 500;

/** Since when a node has not been heard, and since when nobody takes its share, by the clock of this process. */
interface Observation {
  seenAtMs: number;
  heardMs: number;
  takenMs: number;
}

export interface NodeMonitorParts {
  list: Pick<NodeRegistry, 'all'>;
  ownId: string;
  /** Whether the other nodes hear this one at the moment, whatever the database says. */
  hears: (nodeId: string) => boolean;
  log: Logger;
}

export class NodeMonitor {
  readonly #parts: NodeMonitorParts;
  readonly #observations = new Map<string, Observation>();
  #nodes: readonly ObservedNode[] = [];
  #lookedMs = Number.NEGATIVE_INFINITY;
  #looking: Promise<void> | null = null;
  #timer: NodeJS.Timeout | null = null;

  constructor(parts: NodeMonitorParts) {
    this.#parts = parts;
  }

  /** `onLook` is called with all nodes about every second, while the database answers. */
  start(onLook: (nodes: readonly ObservedNode[]) => void): void {
    this.#timer = setInterval(() => {
      this.#looking ??= this.#look(onLook).finally(() => {
        this.#looking = null;
      });
    }, HEARTBEAT_MS);
    this.#timer.unref();
  }

  async stop(): Promise<void> {
    if (this.#timer !== null) clearInterval(this.#timer);
    this.#timer = null;
    await withTimeout(this.#looking, STOP_WITHIN_MS);
  }

  /** As seen last; this node among them. */
  get nodes(): readonly ObservedNode[] {
    return this.#nodes;
  }

  async #look(onLook: (nodes: readonly ObservedNode[]) => void): Promise<void> {
    try {
      const known = await this.#parts.list.all();
      this.#observe(known, performance.now());
      if (this.#timer !== null) onLook(this.#nodes);
    } catch (error) {
      this.#parts.log.debug({ err: error }, 'The list of nodes cannot be read at the moment');
    }
  }

  /** By this process's clock: heartbeats that a frozen database did not take are no silence of the nodes. */
  #observe(known: readonly RegisteredNode[], nowMs: number): void {
    if (nowMs - this.#lookedMs > GAP_MS) this.#forgiveSince(this.#lookedMs, nowMs);
    this.#lookedMs = nowMs;
    const ids = new Set(known.map((node) => node.id));
    for (const id of this.#observations.keys()) if (!ids.has(id)) this.#observations.delete(id);
    this.#nodes = known.map((node) => this.#judge(node, nowMs));
  }

  /** Who was silent before the gap still is; of the others the silence begins anew. */
  #forgiveSince(lookedMs: number, nowMs: number): void {
    for (const each of this.#observations.values()) {
      if (lookedMs - each.heardMs < SILENT_AFTER_MS) each.heardMs = nowMs;
      if (lookedMs - each.takenMs < SILENT_AFTER_MS) each.takenMs = nowMs;
    }
  }

  #judge(node: RegisteredNode, nowMs: number): ObservedNode {
    const before = this.#observations.get(node.id);
    const isHeard = before?.seenAtMs !== node.seenAtMs || node.id === this.#parts.ownId || this.#parts.hears(node.id);
    const heardMs = isHeard ? nowMs : before.heardMs;
    const isSilent = nowMs - heardMs >= SILENT_AFTER_MS;
    const isTaking = node.isRunning && !isSilent && node.isSubscribed;
    // Between the last heartbeat and now nobody knows: the silence counts.
    const takenMs = before === undefined || (isTaking && isHeard) ? nowMs : before.takenMs;
    this.#observations.set(node.id, { seenAtMs: node.seenAtMs, heardMs, takenMs });
    const state = !node.isRunning ? 'stopped' : isSilent ? 'missing' : 'running';
    return { ...node, state, shareWaitsForMs: isTaking ? 0 : nowMs - takenMs };
  }
}
