// What the host knows of a node: its birth, its devices, and the messages that wait for their turn.

import type { SentReading } from '../codecs/recognised/device-readings.ts';
import type { MessageOrder } from './message-order.ts';
import type { SparkplugPayload } from './payload.ts';
import { SparkplugSource } from './sparkplug-source.ts';
import type { SparkplugTopic } from './topic.ts';

/** Readings of one machine, which is known by the first of its ids that names one. */
export interface MachineReadings {
  readonly ids: readonly string[];
  readonly readings: readonly SentReading[];
}

/** The connection over which a message came. It stores, and it can reach the node. */
export interface SparkplugLink {
  /** `unknownAliases`: values that cannot be told. `done` is called when everything is durable, or can never be stored. */
  store(readings: readonly MachineReadings[], unknownAliases: number, done: () => void): void;
  refuse(reason: 'not_sparkplug' | 'no_birth' | 'retained' | 'sparkplug_busy'): void;
  /** The machine that the sender may send readings of, by the first id that names one; null where none does. */
  machineOf(ids: readonly string[]): string | null;
  /** Publishes to the node, at most once. */
  send(topic: string, payload: Buffer): void;
}

export interface NodeMessage {
  readonly topic: SparkplugTopic;
  readonly payload: SparkplugPayload;
  /** Bytes of the payload. */
  readonly size: number;
  readonly link: SparkplugLink;
  readonly done: () => void;
}

/** A device that sends for the first time in a while is one of at most as many. */
const MAX_DEVICES = 1_000;

export class NodeSession {
  /** The id of a gateway; empty without credentials. */
  readonly sender: string;
  readonly group: string;
  readonly node: string;
  /** As people read it, and as the machine of the node is known. */
  readonly path: string;
  /** null before the birth and after the death of the node. */
  order: MessageOrder<NodeMessage> | null = null;
  /** `bdSeq` of the birth. */
  birthNumber: number | null = null;
  /** UTC ms by the server's clock. */
  bornMs: number | null = null;
  /** Messages in their order that wait until the birth before them is stored. */
  readonly ready: NodeMessage[] = [];
  isBusy = false;
  /** The node itself; null before its birth. */
  own: SparkplugSource | null = null;
  /** Devices that are born, by name. */
  readonly devices = new Map<string, SparkplugSource>();
  /** When the node was asked for its birth, by a clock that never goes back. */
  rebirthRequestedMs = Number.NEGATIVE_INFINITY;
  /** Publishes over the connection of the newest message. */
  send: SparkplugLink['send'];
  /** Machines that were announced as offline because of the death of the node, and since when, UTC ms. */
  offline: { machineIds: Set<string>; sinceMs: number } | null = null;

  constructor(sender: string, group: string, node: string, send: SparkplugLink['send']) {
    this.sender = sender;
    this.group = group;
    this.node = node;
    this.path = `${group}/${node}`;
    this.send = send;
  }

  /** The source of a device for its birth; null where the node has too many. */
  addDevice(device: string): SparkplugSource | null {
    const known = this.devices.get(device);
    if (known !== undefined) return known;
    if (this.devices.size >= MAX_DEVICES) return null;
    const source = new SparkplugSource([this.group, this.node, device]);
    this.devices.set(device, source);
    return source;
  }
}

/** The value of `bdSeq`, by which a death is known to be that of a birth; null where there is none. */
export function birthNumberOf({ metrics }: SparkplugPayload): number | null {
  const metric = metrics.find(({ name }) => name === 'bdSeq');
  return typeof metric?.value === 'number' || typeof metric?.value === 'bigint' ? Number(metric.value) : null;
}
