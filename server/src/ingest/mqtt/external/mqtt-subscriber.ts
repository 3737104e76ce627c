// Takes readings from an external MQTT broker: a persistent session, shared among connections and nodes, acknowledged after the commit.

import type { IConnackPacket, MqttClient } from 'mqtt';
import type { Config } from '../../../config.ts';
import type { Logger } from '../../../log.ts';
import { MqttIngest, type MqttIngestDeps } from '../mqtt-ingest.ts';
import { CONNECTIONS, clientIdOf, type GivenMessage, openSession, SHARE, sessionName } from './mqtt-session.ts';

export interface MqttSubscriberParts extends Omit<MqttIngestDeps, 'topics' | 'onPressure'> {
  config: Config;
  /** Names this node's sessions where the configuration does not. */
  nodeId: string;
}

type ExternalBrokerConfig = NonNullable<Config['mqtt']['externalBroker']>;

const STATUS_TOPIC = 'factory/backend/status';
const RECONNECT_MS = 1_000;
/**
 * How soon the first connection is back after a broker was restarted. Mosquitto does not store shared subscriptions: until one
 * subscriber is back it acknowledges what devices publish and gives it to nobody, and many devices are back within a second.
 */
const FIRST_RECONNECT_MS = 100;
/** A connection that is lost sooner is tried again slowly: another process may be using the same client id. */
const STABLE_AFTER_MS = 5_000;
const DRAIN_MS = 4_000;
const GOODBYE_MS = 1_000;
const REFUSED = 128;

export class MqttSubscriber {
  readonly #externalBroker: ExternalBrokerConfig;
  readonly #clientId: string;
  readonly #topics: readonly string[];
  readonly #mqttIngest: MqttIngest;
  readonly #log: Logger;
  readonly #clients: MqttClient[] = [];
  readonly #subscribed = new Set<MqttClient>();
  /** Who waits for the store before more messages of QoS 0 are read. */
  #waiting: (() => void)[] = [];
  #isPressureHigh = false;
  #isShared = true;
  #stopping = false;

  /** `config.mqtt.externalBroker` must not be null. */
  constructor(parts: MqttSubscriberParts) {
    this.#externalBroker = parts.config.mqtt.externalBroker as ExternalBrokerConfig;
    this.#clientId = clientIdOf(this.#externalBroker, parts.nodeId);
    this.#topics = parts.config.mqtt.topics;
    this.#log = parts.log;
    this.#mqttIngest = new MqttIngest({
      ...parts,
      topics: this.#topics,
      onPressure: (isHigh) => this.#holdBack(isHigh),
    });
  }

  /** The address, without credentials. */
  get address(): string {
    const { host, port, tls } = this.#externalBroker;
    return `${tls ? 'mqtts' : 'mqtt'}://${host}:${port}`;
  }

  /** Connected, and subscribed: what comes from now on is given out or kept. */
  get isConnected(): boolean {
    return this.#clients.some((client) => client.connected && this.#subscribed.has(client));
  }

  /** Does not wait for the broker: where it is not there, it is tried for ever. */
  start(): void {
    for (let number = 0; number < CONNECTIONS; number++) this.#clients.push(this.#connect(number));
  }

  /** Takes nothing more and lets what was taken be stored. The session stays: the broker keeps what comes meanwhile. */
  async stop(): Promise<void> {
    if (this.#stopping) return;
    this.#stopping = true;
    await this.#mqttIngest.stop(DRAIN_MS);
    const [first] = this.#clients;
    if (first?.connected) {
      await Promise.race([
        first.publishAsync(STATUS_TOPIC, statusText('offline'), { qos: 1, retain: true }).catch(() => undefined),
        new Promise((resolve) => setTimeout(resolve, GOODBYE_MS).unref()),
      ]);
    }
    for (const client of this.#clients) client.end(true);
  }

  #connect(number: number): MqttClient {
    // One of the connections speaks for the node.
    const will = { topic: STATUS_TOPIC, payload: Buffer.from(statusText('offline')), qos: 1 as const, retain: true };
    const client = openSession(
      this.#externalBroker,
      {
        clientId: sessionName(this.#clientId, number),
        clean: false,
        reconnectPeriod: RECONNECT_MS,
        ...(number === 0 ? { will } : {}),
      },
      {
        take: (message, acknowledge) => this.#take(message, acknowledge),
        takeUnpromised: (message, goOn) => this.#takeUnpromised(message, goOn),
      },
    );
    client.on('connect', (reply: IConnackPacket) => {
      if (number === 0)
        this.#log.info({ broker: this.address, resumed: reply.sessionPresent }, 'Connected to the MQTT broker');
      if (number === 0) client.publish(STATUS_TOPIC, statusText('online'), { qos: 1, retain: true });
      this.#subscribe(client, number);
    });
    let stable: NodeJS.Timeout | undefined;
    let wasConnected = false;
    /** It is tried each second: said once, and in full only to who looks for it. */
    let isAwayTold = false;
    client.on('connect', () => {
      wasConnected = true;
      isAwayTold = false;
      client.options.reconnectPeriod = RECONNECT_MS;
      if (number !== 0) return;
      stable = setTimeout(() => {
        client.options.reconnectPeriod = FIRST_RECONNECT_MS;
      }, STABLE_AFTER_MS).unref();
    });
    client.on('close', () => {
      if (number === 0 && wasConnected && !this.#stopping)
        this.#log.warn({ broker: this.address }, 'The MQTT broker is gone');
      wasConnected = false;
      clearTimeout(stable);
    });
    client.on('error', (error) => {
      if (number !== 0) return;
      const told = { err: error, broker: this.address };
      if (isAwayTold) this.#log.debug(told, 'The MQTT broker still cannot be reached');
      else this.#log.warn(told, 'The MQTT broker cannot be reached; it is tried again and again');
      isAwayTold = true;
    });
    return client;
  }

  /** A broker without shared subscriptions gives everything to every subscriber: then one connection has to do. */
  #subscribe(client: MqttClient, number: number): void {
    if (!this.#isShared && number > 0) return;
    const prefix = this.#isShared ? SHARE : '';
    const topics = Object.fromEntries(
      this.#topics.map((topic) => [`${prefix}${topic}`, { qos: this.#externalBroker.qos }]),
    );
    client.subscribe(topics, (error, granted) => {
      const isRefused = granted?.some((each) => (each.qos as number) === REFUSED) ?? false;
      if (error === null && !isRefused) {
        this.#subscribed.add(client);
        return;
      }
      if (this.#isShared && isRefused) {
        this.#isShared = false;
        this.#log.warn(
          'The MQTT broker has no shared subscriptions: one connection takes everything, and one node only',
        );
        const [first] = this.#clients;
        if (first) this.#subscribe(first, 0);
      } else if (!this.#stopping && client.connected) {
        this.#log.error({ err: error, topics: Object.keys(topics) }, 'The MQTT broker refuses the subscription');
      }
    });
  }

  #take(message: GivenMessage, acknowledge: () => void): void {
    // What arrives now is given out again after the start.
    if (this.#stopping) return;
    this.#mqttIngest.acceptGiven(message, acknowledge);
  }

  #takeUnpromised(message: GivenMessage, goOn: () => void): void {
    this.#take(message, () => {});
    if (this.#isPressureHigh) this.#waiting.push(goOn);
    else goOn();
  }

  #holdBack(isHigh: boolean): void {
    this.#isPressureHigh = isHigh;
    if (isHigh) return;
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const goOn of waiting) goOn();
  }
}

const statusText = (status: 'online' | 'offline') => JSON.stringify({ status, timestamp: new Date().toISOString() });
