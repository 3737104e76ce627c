// Processes the messages of a node in order: what they define, what they store, and what follows from that.

import type { Clock } from '../../clock.ts';
import type { EventBus } from '../../events/event-bus.ts';
import type { MachineReadings, NodeMessage, NodeSession, SparkplugLink } from './node-session.ts';
import { OfflineSources } from './offline-sources.ts';
import type { RebirthRequests } from './rebirth-requests.ts';
import { SparkplugSource } from './sparkplug-source.ts';

export class MessageProcessor {
  /** Bytes of the payloads that wait, here or for an earlier message. */
  waitingBytes = 0;
  readonly #clock: Clock;
  readonly #offline: OfflineSources;
  readonly #rebirths: RebirthRequests;

  constructor(deps: { clock: Clock; bus: EventBus; rebirths: RebirthRequests }) {
    this.#clock = deps.clock;
    this.#offline = new OfflineSources(deps.bus);
    this.#rebirths = deps.rebirths;
  }

  /** Processes the messages in their order, after those that wait already. */
  enqueue(session: NodeSession, messages: readonly NodeMessage[]): void {
    session.ready.push(...messages);
    while (!session.isBusy) {
      const message = session.ready.shift();
      if (message === undefined) return;
      this.waitingBytes -= message.size;
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
        if (source === null) this.refuse(session, message, 'sparkplug_busy');
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
      this.#offline.born(session, topic.device, link.machineOf(source.ids));
      done();
    });
  }

  #data(session: NodeSession, message: NodeMessage): void {
    const { topic, payload, link, done } = message;
    const source = topic.device === null ? session.own : session.devices.get(topic.device);
    if (source === null || source === undefined) {
      this.refuse(session, message);
      return;
    }
    const { ids, readings, unknownAliases, isIncomplete } = source.data(payload);
    if (isIncomplete) this.#rebirths.add(session);
    link.store(readings.length > 0 ? [{ ids, readings }] : [], unknownAliases, done);
  }

  #nodeDeath(session: NodeSession, { link, done }: NodeMessage): void {
    const sources = [...(session.own === null ? [] : [session.own]), ...session.devices.values()];
    this.#storeDeath(session, sources, link, (sinceMs) => {
      this.#offline.nodeDied(
        session,
        sources.map(({ ids }) => link.machineOf(ids)),
        sinceMs,
      );
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
      this.#offline.deviceDied(session, topic.device as string, link.machineOf(source.ids), sinceMs);
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
      this.enqueue(session, []);
    });
  }

  /** The message is lost, and the node is asked for its birth. */
  refuse(session: NodeSession, { link, done }: NodeMessage, reason: 'no_birth' | 'sparkplug_busy' = 'no_birth'): void {
    link.refuse(reason);
    this.#rebirths.add(session);
    done();
  }
}
