// Publishes readings over MQTT with QoS 1, on as many connections as the rate requires.

import { isoTime } from '@gonsters/contract';
import mqtt, { type MqttClient } from 'mqtt';
import { type KnownMachine, type Publisher, type PublisherCounts, SimulationError } from './publisher.ts';
import { countRefusedValues } from './refused-values.ts';
import type { SentValues } from './sent-values.ts';
import type { SimulateOptions } from './simulate-options.ts';
import { Window } from './window.ts';

const READINGS_PER_CONNECTION = 500;
const MOST_CONNECTIONS = 50;
const IN_FLIGHT_PER_CONNECTION = 100;

interface Connection {
  readonly client: MqttClient;
  readonly window: Window;
}

export class MqttPublisher implements Publisher {
  readonly counts: PublisherCounts = { sent: 0, acknowledged: 0, refused: 0, refusedValues: {} };
  readonly #options: SimulateOptions['mqtt'];
  readonly #size: number;
  #connections: Connection[] = [];
  /** A machine always uses the same connection, so that its readings stay in order. */
  readonly #byMachine = new Map<string, Connection>();
  readonly #seq = `${process.pid.toString(36)}-${Date.now().toString(36)}`;

  constructor(options: SimulateOptions['mqtt'], readingsPerSecond: number) {
    this.#options = options;
    this.#size = Math.min(MOST_CONNECTIONS, Math.max(1, Math.ceil(readingsPerSecond / READINGS_PER_CONNECTION)));
  }

  async start(): Promise<void> {
    const { url, username, password } = this.#options;
    try {
      for (let index = 0; index < this.#size; index++) {
        // Connects one by one, so that the first failure names the reason. Later failures are retried by mqtt.js.
        const client = await mqtt.connectAsync(
          url,
          {
            clientId: `gonsters-simulator-${this.#seq}-${index}`,
            reconnectPeriod: 1000,
            ...(username === null ? {} : { username }),
            ...(password === null ? {} : { password }),
          },
          false,
        );
        client.on('error', () => undefined);
        this.#connections.push({ client, window: new Window(IN_FLIGHT_PER_CONNECTION) });
      }
    } catch (error) {
      await this.stop(0);
      throw new SimulationError(`The broker at ${url} cannot be reached: ${(error as Error).message}`, {
        cause: error,
      });
    }
  }

  async publish(machine: KnownMachine, timestampMs: number, values: SentValues): Promise<void> {
    const { client, window } = this.#connectionOf(machine);
    if (window.isFull) await window.enter();
    else void window.enter();
    const factory = machine.factoryId ?? this.#options.factoryId;
    const topic = `factory/${factory}/machine/${machine.machineId}/telemetry`;
    const payload = JSON.stringify({ timestamp: isoTime(timestampMs), sensor_type: machine.sensorType, ...values });
    this.counts.sent++;
    client.publish(topic, payload, { qos: 1 }, (error) => {
      if (error === null || error === undefined) this.#count(timestampMs, values);
      window.leave();
    });
  }

  async stop(withinMs: number): Promise<void> {
    const connections = this.#connections;
    this.#connections = [];
    await Promise.all(connections.map(({ window }) => window.empty(withinMs)));
    await Promise.all(connections.map(({ client }) => client.endAsync(true)));
  }

  #count(timestampMs: number, values: SentValues): void {
    if (countRefusedValues(this.counts.refusedValues, timestampMs, values)) this.counts.acknowledged++;
    else this.counts.refused++;
  }

  #connectionOf(machine: KnownMachine): Connection {
    let connection = this.#byMachine.get(machine.machineId);
    if (connection === undefined) {
      connection = this.#connections[this.#byMachine.size % this.#connections.length] as Connection;
      this.#byMachine.set(machine.machineId, connection);
    }
    return connection;
  }
}
