// The host application of Sparkplug B: follows the sessions of nodes, puts their messages in order, and requests missing births.
// Specification 3.0.0, chapters 4 to 6: https://sparkplug.eclipse.org/specification/

import type { Clock, MonotonicClock } from '../../clock.ts';
import type { EventBus } from '../../events/event-bus.ts';
import type { Logger } from '../../log.ts';
import { KnownNodes } from './known-nodes.ts';
import { MessageOrder } from './message-order.ts';
import { MessageProcessor } from './message-processor.ts';
import type { NodeRecords } from './node-records.ts';
import { birthNumberOf, type NodeMessage, NodeSession, type SparkplugLink } from './node-session.ts';
import { decodePayload } from './payload.ts';
import { RebirthRequests } from './rebirth-requests.ts';
import { parseTopic } from './topic.ts';

const CHECK_EVERY_MS = 100;
/** More nodes than a plant has. The one that sent nothing for longest is forgotten, and asked for its birth when it sends again. */
const MAX_NODES = 10_000;
/** Bytes of payloads that wait for a birth or for an earlier message. */
const MAX_WAITING_BYTES = 64 * 1024 * 1024;

export interface SparkplugMessage {
  readonly topic: string;
  /** Not kept after the call. */
  readonly payload: Buffer;
  readonly isRetained: boolean;
  /** Senders with different rights have sessions of their own. */
  readonly sender: string;
  readonly link: SparkplugLink;
}

export class SparkplugHost {
  readonly hostId: string;
  readonly #messages: MessageProcessor;
  readonly #monotonic: MonotonicClock;
  /** By sender and path. The one that sent last is at the end. */
  readonly #sessions = new Map<string, NodeSession>();
  /** Sessions that wait for a message. */
  readonly #gaps = new Set<NodeSession>();
  readonly #rebirths: RebirthRequests;
  readonly #nodes: KnownNodes;
  /** The connection to an external broker; null where there is none. */
  #broker: SparkplugLink['send'] | null = null;
  #timer: NodeJS.Timeout | null = null;

  constructor(deps: {
    hostId: string;
    bus: EventBus;
    clock: Clock;
    monotonic: MonotonicClock;
    records: NodeRecords;
    log: Logger;
  }) {
    this.hostId = deps.hostId;
    this.#monotonic = deps.monotonic;
    this.#rebirths = new RebirthRequests(deps);
    this.#nodes = new KnownNodes(deps);
    this.#messages = new MessageProcessor({ ...deps, rebirths: this.#rebirths });
  }

  start(): void {
    this.#timer = setInterval(() => this.check(), CHECK_EVERY_MS);
    this.#timer.unref();
  }

  /** Safe to call twice. Messages that wait are not acknowledged. */
  stop(): void {
    if (this.#timer !== null) clearInterval(this.#timer);
    this.#timer = null;
  }

  /** `done` is called when the sender may discard the message: it is stored, or can never be. */
  receive(message: SparkplugMessage, done: () => void): void {
    const { link } = message;
    const topic = parseTopic(message.topic);
    const isOfNode = topic !== null && topic.type !== 'STATE' && topic.type !== 'COMMAND';
    const payload = isOfNode && !message.isRetained ? decodePayload(message.payload) : null;
    if (topic === null || payload === null) {
      if (topic === null || isOfNode) link.refuse(message.isRetained ? 'retained' : 'not_sparkplug');
      done();
      return;
    }
    const session = this.#sessionOf(message.sender, link.send, topic.group, topic.node);
    this.#arrange(session, { topic, payload, size: message.payload.length, link, done });
  }

  /** Called ten times a second: messages that are late are waited for no longer, and births are requested. */
  check(): void {
    const nowMs = this.#monotonic.elapsedMs();
    for (const session of this.#gaps) {
      const late = session.order?.expire(nowMs) ?? [];
      if (late.length > 0) this.#rebirths.add(session);
      this.#messages.enqueue(session, late);
      if (session.order?.hasGap !== true) this.#gaps.delete(session);
    }
    for (const path of this.#nodes.takeSilent()) this.#askSilent(path);
    this.#rebirths.check();
  }

  /** The host has connected to an external broker. What nodes sent before it did not receive. */
  async connected(broker: SparkplugLink['send']): Promise<void> {
    this.#broker = broker;
    await this.#nodes.connected();
  }

  #askSilent(path: string): void {
    const [group, node] = path.split('/') as [string, string];
    if (this.#broker !== null) this.#rebirths.add(this.#sessionOf('', this.#broker, group, node));
  }

  /** What is known of the nodes, the one that sent last at the end. */
  get nodes(): Iterable<NodeSession> {
    return this.#sessions.values();
  }

  /** Brings the message into its place among those of the node. */
  #arrange(session: NodeSession, message: NodeMessage): void {
    const { type } = message.topic;
    if (type === 'NBIRTH') this.#arrangeBirth(session, message);
    else if (type === 'NDEATH') this.#arrangeDeath(session, message);
    else if (session.order === null) this.#messages.refuse(session, message);
    else if (this.#messages.waitingBytes > MAX_WAITING_BYTES) this.#messages.refuse(session, message, 'sparkplug_busy');
    else {
      const { seq } = message.payload;
      this.#messages.waitingBytes += message.size;
      // A message without a number cannot be put in order.
      const nowMs = this.#monotonic.elapsedMs();
      const ready = seq === null ? [message] : session.order.accept(seq, message, nowMs);
      if (session.order.hasGap) this.#gaps.add(session);
      this.#messages.enqueue(session, ready);
    }
  }

  /** Messages that came before their birth stay; those of the time before it are processed first. */
  #arrangeBirth(session: NodeSession, message: NodeMessage): void {
    const { payload } = message;
    const held = session.order?.release() ?? [];
    const isLater = (each: NodeMessage) =>
      payload.timestampMs !== null && (each.payload.timestampMs ?? 0) >= payload.timestampMs;
    session.order = new MessageOrder(payload.seq ?? 0);
    session.birthNumber = birthNumberOf(payload);
    this.#rebirths.cancel(session);
    if (this.#broker !== null) this.#nodes.born(session.path);
    this.#messages.waitingBytes += message.size;
    this.#messages.enqueue(session, [...held.filter((each) => !isLater(each)), message]);
    for (const each of held.filter(isLater)) {
      this.#messages.waitingBytes -= each.size;
      this.#arrange(session, each);
    }
  }

  #arrangeDeath(session: NodeSession, message: NodeMessage): void {
    const number = birthNumberOf(message.payload);
    const isOfBirth = number === null || session.birthNumber === null || number === session.birthNumber;
    if (session.order === null || !isOfBirth) {
      // The death of an earlier connection, which the broker announces late.
      message.done();
      return;
    }
    const held = session.order.release();
    session.order = null;
    this.#messages.waitingBytes += message.size;
    this.#messages.enqueue(session, [...held, message]);
  }

  #sessionOf(sender: string, send: SparkplugLink['send'], group: string, node: string): NodeSession {
    const key = `${sender}/${group}/${node}`;
    const session = this.#sessions.get(key) ?? new NodeSession(sender, group, node, send);
    session.send = send;
    this.#sessions.delete(key);
    this.#sessions.set(key, session);
    if (this.#sessions.size > MAX_NODES) this.#forgetOldest();
    return session;
  }

  #forgetOldest(): void {
    const [key, session] = this.#sessions.entries().next().value as [string, NodeSession];
    this.#messages.enqueue(session, session.order?.release() ?? []);
    session.order = null;
    this.#rebirths.cancel(session);
    this.#gaps.delete(session);
    this.#sessions.delete(key);
  }
}
