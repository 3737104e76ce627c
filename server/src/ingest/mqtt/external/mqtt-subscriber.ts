// Receives readings from an external MQTT broker, with persistent sessions and a subscription that all nodes share. Messages are
// acknowledged after the commit.

import type { IConnackPacket, MqttClient } from 'mqtt';
import type { Config } from '../../../config.ts';
import type { Logger } from '../../../log.ts';
import type { ActiveProfiles } from '../../profiles/active-profiles.ts';
import { includesFilter } from '../../profiles/topic-pattern.ts';
import { MqttIngest, type MqttIngestDeps } from '../mqtt-ingest.ts';
import {
  type BrokerMessage,
  CONNECTIONS,
  clientIdOf,
  openSession,
  SHARED_PREFIX,
  sessionName,
} from './mqtt-session.ts';

export interface MqttSubscriberDeps extends Omit<MqttIngestDeps, 'topics' | 'onPressure'> {
  config: Config;
  /** Part of the client ids where the configuration does not name one. */
  nodeId: string;
}

type ExternalBrokerConfig = NonNullable<Config['mqtt']['externalBroker']>;

const STATUS_TOPIC = 'factory/backend/status';
const RECONNECT_MS = 1_000;
/**
 * How soon the first connection reconnects after a restart of the broker. Mosquitto does not store shared subscriptions: until one
 * subscriber is back, it acknowledges what devices publish and discards it, and many devices are back within a second.
 */
const FIRST_RECONNECT_MS = 100;
/** After a shorter connection the next one waits longer, because another process may be using the same client id. */
const STABLE_AFTER_MS = 5_000;
const DRAIN_MS = 4_000;
const STATUS_WITHIN_MS = 1_000;
const REFUSED = 128;

export class MqttSubscriber {
  readonly #externalBroker: ExternalBrokerConfig;
  readonly #clientId: string;
  readonly #topics: readonly string[];
  readonly #profileRules: ActiveProfiles;
  /** The filters that the connections are to be subscribed with. */
  #filters: readonly string[] = [];
  readonly #mqttIngest: MqttIngest;
  readonly #log: Logger;
  readonly #clients: MqttClient[] = [];
  readonly #subscribed = new Set<MqttClient>();
  /** Connections that wait for the store before they read the next message of QoS 0. */
  #pausedReads: (() => void)[] = [];
  #isPressureHigh = false;
  #isShared = true;
  #stopping = false;

  /** `config.mqtt.externalBroker` must not be null. */
  constructor(deps: MqttSubscriberDeps) {
    this.#externalBroker = deps.config.mqtt.externalBroker as ExternalBrokerConfig;
    this.#clientId = clientIdOf(this.#externalBroker, deps.nodeId);
    this.#topics = deps.config.mqtt.topics;
    this.#profileRules = deps.profileRules;
    this.#log = deps.log;
    this.#mqttIngest = new MqttIngest({
      ...deps,
      topics: this.#topics,
      onPressure: (isHigh) => this.#setPaused(isHigh),
    });
  }

  /** The address, without credentials. */
  get address(): string {
    const { host, port, tls } = this.#externalBroker;
    return `${tls ? 'mqtts' : 'mqtt'}://${host}:${port}`;
  }

  /** Connected and subscribed: the broker sends new messages to this node, or keeps them for it. */
  get isConnected(): boolean {
    return this.#clients.some((client) => client.connected && this.#subscribed.has(client));
  }

  /** Does not wait for the broker; connecting is retried until `stop`. */
  start(): void {
    this.#filters = this.#wantedFilters();
    for (let number = 0; number < CONNECTIONS; number++) this.#clients.push(this.#connect(number));
  }

  /** Follows the filters of the profiles of gateways. To be called after they changed; does nothing before `start`. */
  profilesChanged(): void {
    const before = this.#filters;
    const wanted = this.#wantedFilters();
    this.#filters = wanted;
    const added = wanted.filter((filter) => !before.includes(filter));
    const dropped = before.filter((filter) => !wanted.includes(filter));
    for (const [number, client] of this.#clients.entries()) {
      // Another one subscribes when it connects.
      if (!client.connected || !this.#subscribed.has(client)) continue;
      if (dropped.length > 0) client.unsubscribe(dropped.map((filter) => this.#prefix + filter));
      if (added.length > 0) this.#subscribe(client, number, added);
    }
  }

  /** A filter that another one includes would bring its messages twice. */
  #wantedFilters(): readonly string[] {
    const wanted: string[] = [...this.#topics];
    for (const filter of this.#profileRules.filters()) {
      if (!wanted.some((each) => includesFilter(each, filter))) wanted.push(filter);
    }
    return wanted.filter(
      (filter, i) => i < this.#topics.length || !wanted.some((each, j) => i !== j && includesFilter(each, filter)),
    );
  }

  get #prefix(): string {
    return this.#isShared ? SHARED_PREFIX : '';
  }

  /** Accepts no more messages and waits until the accepted ones are stored. The broker keeps new messages in the session. */
  async stop(): Promise<void> {
    if (this.#stopping) return;
    this.#stopping = true;
    await this.#mqttIngest.stop(DRAIN_MS);
    const [first] = this.#clients;
    if (first?.connected) {
      await Promise.race([
        first.publishAsync(STATUS_TOPIC, statusText('offline'), { qos: 1, retain: true }).catch(() => undefined),
        new Promise((resolve) => setTimeout(resolve, STATUS_WITHIN_MS).unref()),
      ]);
    }
    for (const client of this.#clients) client.end(true);
  }

  #connect(number: number): MqttClient {
    // The first connection publishes the status of the node.
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
        onMessage: (message, acknowledge) => this.#accept(message, acknowledge),
        onQos0Message: (message, readNext) => this.#acceptQos0(message, readNext),
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
    /** Connecting is tried every second: only the first failure is logged as a warning. */
    let isOutageLogged = false;
    client.on('connect', () => {
      wasConnected = true;
      isOutageLogged = false;
      client.options.reconnectPeriod = RECONNECT_MS;
      if (number !== 0) return;
      stable = setTimeout(() => {
        client.options.reconnectPeriod = FIRST_RECONNECT_MS;
      }, STABLE_AFTER_MS).unref();
    });
    client.on('close', () => {
      if (number === 0 && wasConnected && !this.#stopping)
        this.#log.warn({ broker: this.address }, 'The connection to the MQTT broker is lost');
      wasConnected = false;
      clearTimeout(stable);
    });
    client.on('error', (error) => {
      if (number !== 0) return;
      const details = { err: error, broker: this.address };
      if (isOutageLogged) this.#log.debug(details, 'The MQTT broker still cannot be reached');
      else this.#log.warn(details, 'The MQTT broker cannot be reached; connecting is retried');
      isOutageLogged = true;
    });
    return client;
  }

  /** A broker without shared subscriptions sends every message to every subscriber: then only one connection subscribes. */
  #subscribe(client: MqttClient, number: number, filters = this.#filters): void {
    if (!this.#isShared && number > 0) return;
    const topics = Object.fromEntries(
      filters.map((filter) => [`${this.#prefix}${filter}`, { qos: this.#externalBroker.qos }]),
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
          'The MQTT broker does not support shared subscriptions: only one connection of one node can be used',
        );
        const [first] = this.#clients;
        if (first) this.#subscribe(first, 0);
      } else if (!this.#stopping && client.connected) {
        this.#log.error({ err: error, topics: Object.keys(topics) }, 'The MQTT broker refuses the subscription');
      }
    });
  }

  #accept(message: BrokerMessage, acknowledge: () => void): void {
    // The broker sends this message again after the next start.
    if (this.#stopping) return;
    this.#mqttIngest.acceptFromBroker(message, acknowledge);
  }

  #acceptQos0(message: BrokerMessage, readNext: () => void): void {
    this.#accept(message, () => {});
    if (this.#isPressureHigh) this.#pausedReads.push(readNext);
    else readNext();
  }

  #setPaused(isHigh: boolean): void {
    this.#isPressureHigh = isHigh;
    if (isHigh) return;
    const pausedReads = this.#pausedReads;
    this.#pausedReads = [];
    for (const readNext of pausedReads) readNext();
  }
}

const statusText = (status: 'online' | 'offline') => JSON.stringify({ status, timestamp: new Date().toISOString() });
