// The host application's own connection to an external broker: its STATE with a will, and everything that nodes publish.
// Of several nodes of a plant the leader has it, since the messages of a Sparkplug node must be processed in one place.

import type { MqttClient } from 'mqtt';
import type { Logger } from '../../../log.ts';
import type { BrokerAddress } from '../../../server-addresses.ts';
import { withTimeout } from '../../../with-timeout.ts';
import { saysOffline, statePayload } from '../../sparkplug/host-messages.ts';
import type { SparkplugHost } from '../../sparkplug/sparkplug-host.ts';
import { NAMESPACE, stateTopic } from '../../sparkplug/topic.ts';
import { MqttIngest, type MqttIngestDeps } from '../mqtt-ingest.ts';
import { type BrokerMessage, clientIdOf, openSession } from './mqtt-session.ts';

export interface SparkplugConnectionDeps extends Omit<MqttIngestDeps, 'topics' | 'onPressure'> {
  sparkplug: SparkplugHost;
  broker: BrokerAddress;
  nodeId: string;
  isLeader: () => boolean;
}

const CHECK_EVERY_MS = 500;
const RECONNECT_MS = 1_000;
const DRAIN_MS = 4_000;
const STATE_WITHIN_MS = 1_000;
/** Messages that are read and not stored yet. */
const MAX_IN_FLIGHT = 1_000;
const REFUSED = 128;

export class SparkplugConnection {
  readonly #deps: SparkplugConnectionDeps;
  readonly #stateTopic: string;
  readonly #mqttIngest: MqttIngest;
  readonly #log: Logger;
  #client: MqttClient | null = null;
  /** Birth, will and death of one connection have the same time, UTC ms. */
  #bornMs = 0;
  #inFlight = 0;
  #isPressureHigh = false;
  #pausedReads: (() => void)[] = [];
  #timer: NodeJS.Timeout | null = null;

  constructor(deps: SparkplugConnectionDeps) {
    this.#deps = deps;
    this.#stateTopic = stateTopic(deps.sparkplug.hostId);
    this.#log = deps.log;
    this.#mqttIngest = new MqttIngest({
      ...deps,
      topics: [],
      onPressure: (isHigh) => {
        this.#isPressureHigh = isHigh;
        this.#readOn();
      },
    });
  }

  /** Connects as soon as this node is the leader, and disconnects when it is no longer. */
  start(): void {
    this.#check();
    this.#timer = setInterval(() => this.#check(), CHECK_EVERY_MS);
    this.#timer.unref();
  }

  /** Says that the host goes, after what was read is stored. Safe to call twice. */
  async stop(): Promise<void> {
    if (this.#timer === null) return;
    clearInterval(this.#timer);
    this.#timer = null;
    await this.#mqttIngest.stop(DRAIN_MS);
    await this.#disconnect();
  }

  #check(): void {
    const isLeader = this.#deps.isLeader();
    if (isLeader && this.#client === null) this.#client = this.#connect();
    else if (!isLeader && this.#client !== null) void this.#disconnect();
  }

  #connect(): MqttClient {
    const { broker, nodeId, clock, sparkplug } = this.#deps;
    const { hostId } = sparkplug;
    const will = () => {
      this.#bornMs = clock.nowMs();
      return { topic: this.#stateTopic, payload: this.#state(false), qos: 1 as const, retain: true };
    };
    // The specification asks for a clean session: what was sent meanwhile belongs to sessions that are not known any more.
    const client = openSession(
      broker,
      { clientId: `${clientIdOf(broker, nodeId)}-sparkplug`, clean: true, reconnectPeriod: RECONNECT_MS, will: will() },
      {
        onMessage: (message, acknowledge) => {
          this.#receive(message, () => {});
          acknowledge();
        },
        onQos0Message: (message, readNext) => this.#receive(message, readNext),
      },
    );
    client.on('reconnect', () => {
      client.options.will = will();
    });
    client.on('connect', () => {
      void this.#announce(client).catch((error: unknown) => {
        if (this.#client === client && client.connected)
          this.#log.error({ err: error, hostId }, 'The Sparkplug host cannot begin its session');
      });
    });
    client.on('error', (error) =>
      this.#log.warn({ err: error, hostId }, 'The Sparkplug host cannot reach the MQTT broker; connecting is retried'),
    );
    return client;
  }

  /** Subscribes first, so that nothing is missed of what nodes send because of the STATE. */
  async #announce(client: MqttClient): Promise<void> {
    const granted = await client.subscribeAsync({ [this.#stateTopic]: { qos: 1 }, [`${NAMESPACE}/#`]: { qos: 0 } });
    if (granted.some(({ qos }) => (qos as number) === REFUSED)) throw new Error('The broker refuses the subscription');
    await this.#publishState(client, true);
    await this.#deps.sparkplug.connected((topic, payload) => this.#send(topic, payload));
    this.#log.info({ hostId: this.#deps.sparkplug.hostId }, 'This node is the Sparkplug host');
  }

  #receive(message: BrokerMessage, readNext: () => void): void {
    if (message.topic === this.#stateTopic) {
      const client = this.#client;
      // The will of an earlier connection, or of the node that was the host before. What was retained is replaced by the birth.
      if (client?.connected && !message.isRetained && saysOffline(message.payload))
        this.#publishState(client, true).catch(() => {});
      readNext();
      return;
    }
    this.#inFlight++;
    this.#mqttIngest.acceptSparkplug(
      message,
      (topic, payload) => this.#send(topic, payload),
      () => {
        this.#inFlight--;
        this.#readOn();
      },
    );
    this.#pausedReads.push(readNext);
    this.#readOn();
  }

  #send(topic: string, payload: Buffer): void {
    this.#client?.publish(topic, payload, { qos: 0 });
  }

  #readOn(): void {
    if (this.#isPressureHigh || this.#inFlight >= MAX_IN_FLIGHT) return;
    const paused = this.#pausedReads;
    this.#pausedReads = [];
    for (const readNext of paused) readNext();
  }

  #state(isOnline: boolean): Buffer {
    return Buffer.from(statePayload(isOnline, this.#bornMs));
  }

  async #publishState(client: MqttClient, isOnline: boolean): Promise<void> {
    await client.publishAsync(this.#stateTopic, this.#state(isOnline), { qos: 1, retain: true });
  }

  async #disconnect(): Promise<void> {
    const client = this.#client;
    this.#client = null;
    this.#pausedReads = [];
    if (client?.connected) {
      // With DISCONNECT, or the broker would publish the will as well.
      const leave = this.#publishState(client, false).then(() => client.endAsync());
      await withTimeout(
        leave.catch(() => {}),
        STATE_WITHIN_MS,
      );
    }
    client?.end(true);
  }
}
