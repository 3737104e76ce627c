// What arrives of one sender, on topics of one pattern, in one shape.

import { createHash } from 'node:crypto';
import { INCOMING_OUTCOMES, type IncomingProtocol } from '@gonsters/contract';
import type { ArrivedFault, IncomingSender } from './incoming-message.ts';
import type { PayloadShape } from './payload-shape.ts';
import type { TopicPattern } from './topic-pattern.ts';
import { WindowCounts } from './window-counts.ts';

const OUTCOMES = INCOMING_OUTCOMES.length;
const MAX_MACHINES = 10_000;
const MAX_METRICS = 100;
const MAX_NAMED = 200;
/** Fields of faults about the machine that a message names. */
const MACHINE_FIELD = /(^|\.)machine_id$/;

/** Readings as they are collected, see `BatchBuilder`. */
export interface AcceptedRows {
  readonly length: number;
  machineIdAt(row: number): string;
  metricsAt(row: number): Iterable<number>;
}

export interface StreamRefusal {
  readonly counts: WindowCounts;
  error: string;
  lastMs: number;
}

export class IncomingStream {
  readonly id: string;
  readonly senderKey: string;
  readonly protocol: IncomingProtocol;
  sender: IncomingSender;
  pattern: TopicPattern;
  shape: PayloadShape;
  exampleTopic: string;
  readonly firstMs: number;
  lastMs = 0;
  /** By outcome, in the order of the contract. */
  readonly counts = new WindowCounts(OUTCOMES);
  readonly refusals = new Map<string, StreamRefusal>();
  /** With a time at which a reading of them came; the last is the one that was new last. */
  readonly machines = new Map<string, number>();
  /** Numbers of metrics, see `metric-index.ts`. */
  readonly metrics = new Set<number>();
  /** Ids of machines for which it was refused, as they were sent. */
  readonly namedInVain = new Set<string>();
  /** When a payload was copied last, by the slots of `IncomingStreams`. UTC ms. */
  readonly sampledMs = new Float64Array(OUTCOMES + 1).fill(Number.NEGATIVE_INFINITY);
  /** When a payload was copied last, whatever became of it. UTC ms. */
  lastSampledMs = Number.NEGATIVE_INFINITY;
  #newestMachine = '';
  /** Another stream that has taken its place, or null if it was forgotten; undefined while it is listed. */
  replacedBy: IncomingStream | null | undefined = undefined;

  constructor(about: {
    senderKey: string;
    sender: IncomingSender;
    protocol: IncomingProtocol;
    pattern: TopicPattern;
    shape: PayloadShape;
    topic: string;
    atMs: number;
  }) {
    const { senderKey, pattern, shape } = about;
    this.senderKey = senderKey;
    this.sender = about.sender;
    this.protocol = about.protocol;
    this.pattern = pattern;
    this.shape = shape;
    this.exampleTopic = about.topic;
    this.firstMs = about.atMs;
    const identity = JSON.stringify([senderKey, about.protocol, pattern, shape.key]);
    this.id = createHash('sha256').update(identity).digest('base64url').slice(0, 16);
  }

  get topic(): string {
    return this.pattern.join('/');
  }

  /** The stream that counts what this one counted; itself where nothing has taken its place. */
  get current(): IncomingStream {
    let stream: IncomingStream = this;
    while (stream.replacedBy) stream = stream.replacedBy;
    return stream;
  }

  count(outcome: number, atMs: number): void {
    this.counts.add(outcome, atMs);
    if (atMs > this.lastMs) this.lastMs = atMs;
  }

  noteFaults(faults: readonly ArrivedFault[], atMs: number): void {
    for (const { field, value } of faults) {
      if (typeof value === 'string' && MACHINE_FIELD.test(field) && this.namedInVain.size < MAX_NAMED)
        this.namedInVain.add(value);
    }
    countRefusals(this.refusals, faults, atMs);
  }

  /**
   * The rows from `from` on were accepted of a message that was just noted. Their metrics are looked at if its payload was.
   *
   * @param atMs time of arrival, UTC ms
   */
  noteRows(rows: AcceptedRows, from: number, atMs: number): void {
    const isSampled = this.lastSampledMs === atMs;
    for (let row = from; row < rows.length; row++) {
      const machineId = rows.machineIdAt(row);
      if (this.#newestMachine !== machineId) this.#noteMachine(machineId, atMs);
      if (isSampled) this.#noteMetrics(rows.metricsAt(row));
    }
  }

  #noteMachine(machineId: string, atMs: number): void {
    this.#newestMachine = machineId;
    if (this.machines.size < MAX_MACHINES || this.machines.has(machineId)) this.machines.set(machineId, atMs);
  }

  #noteMetrics(metrics: Iterable<number>): void {
    for (const metric of metrics) {
      if (this.metrics.size >= MAX_METRICS) return;
      this.metrics.add(metric);
    }
  }

  /** Takes over what another has counted, which it replaces. */
  absorb(other: IncomingStream): void {
    this.counts.addAll(other.counts);
    this.lastMs = Math.max(this.lastMs, other.lastMs);
    for (const [reason, theirs] of other.refusals) {
      const ours = this.refusals.get(reason);
      if (ours === undefined) this.refusals.set(reason, theirs);
      else {
        ours.counts.addAll(theirs.counts);
        ours.lastMs = Math.max(ours.lastMs, theirs.lastMs);
      }
    }
    for (const [machineId, atMs] of other.machines) this.#noteMachine(machineId, atMs);
    this.#noteMetrics(other.metrics);
    for (const id of other.namedInVain) if (this.namedInVain.size < MAX_NAMED) this.namedInVain.add(id);
    other.replacedBy = this;
  }
}

/** Counts a message once for each of its reasons. */
export function countRefusals(
  refusals: Map<string, StreamRefusal>,
  faults: readonly ArrivedFault[],
  atMs: number,
): void {
  const counted = new Set<string>();
  for (const { reason, error } of faults) {
    if (counted.has(reason)) continue;
    counted.add(reason);
    let refusal = refusals.get(reason);
    if (refusal === undefined) {
      refusal = { counts: new WindowCounts(), error, lastMs: atMs };
      refusals.set(reason, refusal);
    }
    refusal.counts.add(0, atMs);
    refusal.error = error;
    refusal.lastMs = Math.max(refusal.lastMs, atMs);
  }
}
