// An edge node of Sparkplug B: the encoder of Eclipse Tahu, and its own counting of sequence numbers.

import { connectAsync, type IClientOptions, type MqttClient } from 'mqtt';
import sparkplug from 'sparkplug-payload';
import type { UMetric, UPayload } from 'sparkplug-payload/lib/sparkplugbpayload.js';

const codec = (
  sparkplug as unknown as {
    get(namespace: 'spBv1.0'): {
      encodePayload(payload: UPayload): Uint8Array;
      decodePayload(bytes: Uint8Array): UPayload;
    };
  }
).get('spBv1.0');
export const encode = (payload: UPayload): Buffer => Buffer.from(codec.encodePayload(payload));
const decode = (bytes: Uint8Array): UPayload => codec.decodePayload(bytes);

export type { UMetric };

const REBIRTH: UMetric = { name: 'Node Control/Rebirth', type: 'Boolean', value: false };

export class SparkplugNode {
  readonly received: { topic: string; payload: Buffer; isRetained: boolean }[] = [];
  readonly path: string;
  readonly #group: string;
  readonly #node: string;
  readonly #mqtt: string;
  readonly #options: IClientOptions;
  #client: MqttClient | null = null;
  #bdSeq = -1;
  #seq = 0;

  constructor(mqtt: string, path: string, options: IClientOptions = {}) {
    this.path = path;
    [this.#group, this.#node] = path.split('/') as [string, string];
    this.#mqtt = mqtt;
    this.#options = options;
  }

  /** Connects with the death as will, and subscribes to its commands and to the STATE of hosts. */
  async connect(): Promise<void> {
    this.#bdSeq++;
    const will = { topic: this.#topic('NDEATH'), payload: this.death(), qos: 1 as const, retain: false };
    const clientId = `edge-${this.path}`;
    this.#client = await connectAsync(this.#mqtt, { ...this.#options, clientId, will, reconnectPeriod: 0 }, false);
    this.#client.on('message', (topic, payload, { retain }) =>
      this.received.push({ topic, payload, isRetained: retain }),
    );
    await this.#client.subscribeAsync([this.#topic('NCMD'), 'spBv1.0/STATE/+'], { qos: 1 });
  }

  /** The sequence begins with 0. */
  birth(metrics: UMetric[] = [], timestamp = Date.now()): Promise<unknown> {
    this.#seq = 0;
    const bdSeq: UMetric = { name: 'bdSeq', type: 'UInt64', value: this.#bdSeq };
    return this.send('NBIRTH', { timestamp, metrics: [bdSeq, REBIRTH, ...metrics] });
  }

  birthOf(device: string, metrics: UMetric[], timestamp = Date.now()): Promise<unknown> {
    return this.send('DBIRTH', { timestamp, metrics }, device);
  }

  data(metrics: UMetric[], device?: string, timestamp = Date.now()): Promise<unknown> {
    return this.send(device === undefined ? 'NDATA' : 'DDATA', { timestamp, metrics }, device);
  }

  deathOf(device: string): Promise<unknown> {
    return this.send('DDEATH', { timestamp: Date.now(), metrics: [] }, device);
  }

  /** With QoS 1, so that the promise of the embedded broker can be awaited; `seq` is counted where it is not given. */
  send(type: string, payload: UPayload, device?: string): Promise<unknown> {
    const seq = payload.seq ?? this.nextSeq();
    return this.publish(this.#topic(type, device), encode({ ...payload, seq }));
  }

  nextSeq(): number {
    return this.#seq++ % 256;
  }

  publish(topic: string, payload: Buffer): Promise<unknown> {
    return (this.#client as MqttClient).publishAsync(topic, payload, { qos: 1 });
  }

  /** The payload of the death of the present connection. */
  death(): Buffer {
    return encode({ timestamp: Date.now(), metrics: [{ name: 'bdSeq', type: 'UInt64', value: this.#bdSeq }] });
  }

  /** How often the host has asked for the birth. */
  get rebirths(): number {
    return this.received.filter(({ topic, payload }) => {
      const isCommand = topic === this.#topic('NCMD');
      return isCommand && decode(payload).metrics?.some((each) => each.name === REBIRTH.name && each.value === true);
    }).length;
  }

  /** The STATE messages of the host, oldest first. */
  statesOf(hostId: string): { online: boolean; timestamp: number; isRetained: boolean }[] {
    return this.received
      .filter(({ topic }) => topic === `spBv1.0/STATE/${hostId}`)
      .map(({ payload, isRetained }) => ({ ...JSON.parse(payload.toString()), isRetained }));
  }

  /** Ends the connection without DISCONNECT, so that the broker publishes the will. */
  breakConnection(): void {
    this.#client?.stream.destroy();
  }

  /** DISCONNECT with the will, as only MQTT 5 has it. */
  leaveWithWill(): Promise<void> {
    return (this.#client as MqttClient).endAsync(false, { reasonCode: 4 });
  }

  async end(): Promise<void> {
    await this.#client?.endAsync(true).catch(() => {});
  }

  #topic(type: string, device?: string): string {
    return [`spBv1.0`, this.#group, type, this.#node, ...(device === undefined ? [] : [device])].join('/');
  }
}
