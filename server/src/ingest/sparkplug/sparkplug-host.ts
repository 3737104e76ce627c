// The host application of Sparkplug B: follows the sessions of nodes, stores what they send, and requests births where one is missing.
// Specification 3.0.0, chapters 4 to 6: https://sparkplug.eclipse.org/specification/

import type { Clock, MonotonicClock } from '../../clock.ts';
import type { EventBus } from '../../events/event-bus.ts';
import type { Logger } from '../../log.ts';
import { rebirthCommand } from './host-messages.ts';
import { MessageOrder } from './message-order.ts';
import {
  birthNumberOf,
  type MachineReadings,
  type NodeMessage,
  NodeSession,
  type SparkplugLink,
} from './node-session.ts';
import { decodePayload } from './payload.ts';
import { SparkplugSource } from './sparkplug-source.ts';
import { commandTopic, parseTopic } from './topic.ts';

/** A node is asked for its birth at most this often. */
const REBIRTH_EVERY_MS = 10_000;
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
  readonly #bus: EventBus;
  readonly #clock: Clock;
  readonly #monotonic: MonotonicClock;
  readonly #log: Logger;
  /** By sender and path. The one that sent last is at the end. */
  readonly #sessions = new Map<string, NodeSession>();
  /** Sessions with a gap, or with a rebirth to be requested. */
  readonly #watched = new Set<NodeSession>();
  #waitingBytes = 0;
  #timer: NodeJS.Timeout | null = null;

  constructor(deps: { hostId: string; bus: EventBus; clock: Clock; monotonic: MonotonicClock; log: Logger }) {
    this.hostId = deps.hostId;
    this.#bus = deps.bus;
    this.#clock = deps.clock;
    this.#monotonic = deps.monotonic;
    this.#log = deps.log;
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
    const session = this.#sessionOf(message, topic.group, topic.node);
    this.#arrange(session, { topic, payload, size: message.payload.length, link, done });
  }

  /** Called ten times a second: messages that are late are waited for no longer, and births are requested. */
  check(): void {
    const nowMs = this.#monotonic.elapsedMs();
    for (const session of this.#watched) {
      const late = session.order?.expire(nowMs) ?? [];
      if (late.length > 0) {
        session.needsRebirth = true;
        this.#enqueue(session, late);
      }
      if (session.needsRebirth) this.#requestRebirth(session);
      if (!session.needsRebirth && session.order?.hasGap !== true) this.#watched.delete(session);
    }
  }

  /** Brings the message into its place among those of the node. */
  #arrange(session: NodeSession, message: NodeMessage): void {
    const { type } = message.topic;
    if (type === 'NBIRTH') this.#arrangeBirth(session, message);
    else if (type === 'NDEATH') this.#arrangeDeath(session, message);
    else if (session.order === null) this.#refuse(session, message);
    else if (this.#waitingBytes > MAX_WAITING_BYTES) this.#refuse(session, message, 'sparkplug_busy');
    else {
      const { seq } = message.payload;
      this.#waitingBytes += message.size;
      // A message without a number cannot be put in order.
      const nowMs = this.#monotonic.elapsedMs();
      const ready = seq === null ? [message] : session.order.accept(seq, message, nowMs);
      if (session.order.hasGap) this.#watched.add(session);
      this.#enqueue(session, ready);
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
    session.needsRebirth = false;
    this.#waitingBytes += message.size;
    this.#enqueue(session, [...held.filter((each) => !isLater(each)), message]);
    for (const each of held.filter(isLater)) {
      this.#waitingBytes -= each.size;
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
    this.#waitingBytes += message.size;
    this.#enqueue(session, [...held, message]);
  }

  #enqueue(session: NodeSession, messages: readonly NodeMessage[]): void {
    session.ready.push(...messages);
    while (!session.isBusy) {
      const message = session.ready.shift();
      if (message === undefined) return;
      this.#waitingBytes -= message.size;
      this.#process(session, message);
    }
  }

  #process(session: NodeSession, message: NodeMessage): void {
    const { topic } = message;
    switch (topic.type) {
      case 'NBIRTH':
        session.own = new SparkplugSource([session.group, session.node]);
        session.devices.clear();
        this.#birth(session, session.own, message);
        break;
      case 'DBIRTH': {
        const source = session.addDevice(topic.device as string);
        if (source === null) this.#refuse(session, message, 'sparkplug_busy');
        else this.#birth(session, source, message);
        break;
      }
      case 'NDEATH':
        this.#nodeDeath(session, message);
        break;
      case 'DDEATH':
        this.#deviceDeath(session, message);
        break;
      default:
        this.#data(session, message);
    }
  }

  /** What follows waits until the birth is stored. */
  #birth(session: NodeSession, source: SparkplugSource, { topic, payload, link, done }: NodeMessage): void {
    const { ids, readings, unknownAliases } = source.birth(payload);
    this.#storeFirst(session, link, readings.length > 0 ? [{ ids, readings }] : [], unknownAliases, () => {
      if (topic.device === null) session.bornMs = this.#clock.nowMs();
      this.#announceBirth(session, source, link, topic.device);
      done();
    });
  }

  #data(session: NodeSession, message: NodeMessage): void {
    const { topic, payload, link, done } = message;
    const source = topic.device === null ? session.own : session.devices.get(topic.device);
    if (source === null || source === undefined) {
      this.#refuse(session, message);
      return;
    }
    const { ids, readings, unknownAliases, isIncomplete } = source.data(payload);
    if (isIncomplete) this.#wantRebirth(session);
    link.store(readings.length > 0 ? [{ ids, readings }] : [], unknownAliases, done);
  }

  #nodeDeath(session: NodeSession, { link, done }: NodeMessage): void {
    const sources = [...(session.own === null ? [] : [session.own]), ...session.devices.values()];
    this.#storeDeath(session, sources, link, (sinceMs) => {
      const machineIds = new Set(sources.map(({ ids }) => link.machineOf(ids)).filter((id) => id !== null));
      session.offline = { machineIds, sinceMs };
      this.#announceOffline(session);
      done();
    });
    session.own = null;
    session.bornMs = null;
    session.devices.clear();
  }

  #deviceDeath(session: NodeSession, { topic, link, done }: NodeMessage): void {
    const source = session.devices.get(topic.device as string);
    if (source === undefined) {
      done();
      return;
    }
    session.devices.delete(topic.device as string);
    this.#storeDeath(session, [source], link, (sinceMs) => {
      const machineId = link.machineOf(source.ids);
      const name = `${session.path}/${topic.device}`;
      const machineIds = machineId === null ? [] : [machineId];
      this.#bus.publish({ kind: 'gateway_offline', gatewayId: gatewayIdOf(name), name, machineIds, sinceMs });
      done();
    });
  }

  /** The newest values become bad, then `then` is called with the time since which the sources are offline. */
  #storeDeath(
    session: NodeSession,
    sources: readonly SparkplugSource[],
    link: SparkplugLink,
    then: (sinceMs: number) => void,
  ): void {
    const nowMs = this.#clock.nowMs();
    const machines = sources
      .map((source) => ({ ids: source.ids, readings: source.death(nowMs) }))
      .filter(({ readings }) => readings.length > 0);
    const times = machines.flatMap(({ readings }) => readings.map(({ timestamp }) => timestamp as number));
    // A machine is online again as soon as something later than this comes from it.
    this.#storeFirst(session, link, machines, 0, () => then(Math.max(nowMs, this.#clock.nowMs(), ...times)));
  }

  #storeFirst(
    session: NodeSession,
    link: SparkplugLink,
    readings: readonly MachineReadings[],
    unknownAliases: number,
    then: () => void,
  ): void {
    session.isBusy = true;
    link.store(readings, unknownAliases, () => {
      then();
      session.isBusy = false;
      this.#enqueue(session, []);
    });
  }

  #announceBirth(session: NodeSession, source: SparkplugSource, link: SparkplugLink, device: string | null): void {
    if (device !== null) {
      this.#bus.publish({ kind: 'gateway_online', gatewayId: gatewayIdOf(`${session.path}/${device}`) });
    }
    if (session.offline === null) return;
    const machineId = link.machineOf(source.ids);
    if (machineId !== null && !session.offline.machineIds.delete(machineId)) return;
    this.#announceOffline(session);
  }

  /** Machines of devices that are not born again stay offline. */
  #announceOffline(session: NodeSession): void {
    const { offline, path } = session;
    if (offline === null) return;
    const gatewayId = gatewayIdOf(path);
    const machineIds = [...offline.machineIds];
    if (machineIds.length === 0) {
      session.offline = null;
      this.#bus.publish({ kind: 'gateway_online', gatewayId });
    } else this.#bus.publish({ kind: 'gateway_offline', gatewayId, name: path, machineIds, sinceMs: offline.sinceMs });
  }

  #refuse(session: NodeSession, { link, done }: NodeMessage, reason: 'no_birth' | 'sparkplug_busy' = 'no_birth') {
    link.refuse(reason);
    this.#wantRebirth(session);
    done();
  }

  #wantRebirth(session: NodeSession): void {
    session.needsRebirth = true;
    this.#requestRebirth(session);
    if (session.needsRebirth) this.#watched.add(session);
  }

  #requestRebirth(session: NodeSession): void {
    const nowMs = this.#monotonic.elapsedMs();
    if (nowMs - session.rebirthRequestedMs < REBIRTH_EVERY_MS) return;
    session.rebirthRequestedMs = nowMs;
    session.needsRebirth = false;
    this.#log.info({ node: session.path }, 'A Sparkplug node is asked for its birth certificate');
    session.link.send(commandTopic(session.group, session.node), rebirthCommand(this.#clock.nowMs()));
  }

  #sessionOf({ sender, link }: SparkplugMessage, group: string, node: string): NodeSession {
    const key = `${sender}/${group}/${node}`;
    const session = this.#sessions.get(key) ?? new NodeSession(group, node, link);
    session.link = link;
    this.#sessions.delete(key);
    this.#sessions.set(key, session);
    if (this.#sessions.size > MAX_NODES) this.#forgetOldest();
    return session;
  }

  #forgetOldest(): void {
    const [key, session] = this.#sessions.entries().next().value as [string, NodeSession];
    this.#enqueue(session, session.order?.release() ?? []);
    session.order = null;
    session.needsRebirth = false;
    this.#sessions.delete(key);
  }
}

/** Of nodes and devices, so that it is different from the ids of gateways. */
const gatewayIdOf = (path: string) => `sparkplug:${path}`;
