// Listens for MQTT clients, on the addresses from which they may connect, and passes their sockets to the broker.

import type { AddressInfo } from 'node:net';
import { createServer, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer, Server as TlsServer } from 'node:tls';
import type { Clock } from '../../../clock.ts';
import type { ClockGuard } from '../../../clock-guard/clock-guard.ts';
import type { Config } from '../../../config.ts';
import { AppError } from '../../../errors.ts';
import type { EventBus } from '../../../events/event-bus.ts';
import type { GatewayConnections } from '../../../gateways/gateway-connections.ts';
import type { GatewayService } from '../../../gateways/gateway-service.ts';
import type { GatewayTraffic } from '../../../gateways/gateway-traffic.ts';
import type { Logger } from '../../../log.ts';
import type { MachineService } from '../../../machines/machine-service.ts';
import type { ProcessMetrics } from '../../../process-metrics.ts';
import type { TlsCertificate } from '../../../tls-certificate.ts';
import type { ClockSkewGuard } from '../../clock-skew/clock-skew-guard.ts';
import type { DeviceClocks } from '../../clock-skew/device-clocks.ts';
import type { IngestCatalogue } from '../../codecs/metric-fields.ts';
import type { DeadLetters } from '../../dead-letters/dead-letters.ts';
import type { IncomingNotes } from '../../incoming/incoming-data.ts';
import type { IngestReadings } from '../../pipeline/ingest-readings.ts';
import type { ActiveProfiles } from '../../profiles/active-profiles.ts';
import type { Provisioning } from '../../provisioning/provisioning.ts';
import type { SparkplugHost } from '../../sparkplug/sparkplug-host.ts';
import { MqttIngest } from '../mqtt-ingest.ts';
import { MqttAccess } from './mqtt-access.ts';
import { MqttBroker } from './mqtt-broker.ts';

export interface MqttListenerDeps {
  config: Config;
  ingest: IngestReadings;
  machines: MachineService;
  ingestFields: IngestCatalogue;
  gateways: GatewayService;
  provisioning: Provisioning;
  deadLetters: DeadLetters;
  incoming: IncomingNotes;
  clockSkew?: ClockSkewGuard;
  clocks: DeviceClocks;
  clockGuard?: Pick<ClockGuard, 'noteOwnTime'>;
  sparkplug: SparkplugHost | null;
  bus: EventBus;
  gatewayConnections: GatewayConnections;
  gatewayTraffic: GatewayTraffic;
  profileRules: ActiveProfiles;
  /** null without TLS. */
  certificate: TlsCertificate | null;
  clock: Clock;
  metrics: ProcessMetrics;
  log: Logger;
}

type BrokerConfig = NonNullable<Config['mqtt']['broker']>;

const MAX_CONNECTIONS = 10_000;
const TLS_HANDSHAKE_MS = 10_000;
/** Ports that are tried after the default one where that is in use. */
const PORT_ATTEMPTS = 20;
/** Of the 10 s of a stop, the time in which accepted messages may still be stored. */
const DRAIN_MS = 4000;

export class MqttListener {
  readonly #broker: BrokerConfig;
  readonly #access: MqttAccess;
  readonly #mqttIngest: MqttIngest;
  readonly #server: MqttBroker;
  readonly #certificate: TlsCertificate | null;
  readonly #bus: EventBus;
  readonly #log: Logger;
  #listener: Server | null = null;
  #address: { host: string; port: number } | null = null;
  #unsubscribe: (() => void) | null = null;
  /** Changes of the address, one after the other. */
  #addressChange: Promise<void> = Promise.resolve();

  /** `config.mqtt.broker` must not be null. */
  constructor(deps: MqttListenerDeps) {
    this.#broker = deps.config.mqtt.broker as BrokerConfig;
    this.#bus = deps.bus;
    this.#log = deps.log;
    this.#certificate = deps.certificate;
    this.#access = new MqttAccess(deps.gateways, deps.config);
    this.#mqttIngest = new MqttIngest({
      ...deps,
      topics: deps.config.mqtt.acceptedTopics,
      onPressure: (isHigh) => this.#server.setPaused(isHigh),
    });
    this.#server = new MqttBroker({
      access: this.#access,
      mqttIngest: this.#mqttIngest,
      connections: deps.gatewayConnections,
      sparkplug: deps.sparkplug,
      clock: deps.clock,
      metrics: deps.metrics,
      maxPacketBytes: this.#broker.maxPacketBytes,
    });
  }

  /** @throws AppError `invalid_configuration` where the configured port is in use */
  async start(): Promise<{ host: string; port: number }> {
    if (this.#broker.allowAnonymous) {
      this.#log.warn(
        'MQTT_ALLOW_ANONYMOUS=true: everyone who can reach this computer may send readings of every machine',
      );
    }
    const address = await this.#listenFrom(this.#wantedHost(), this.#broker.port);
    // Connections that are open keep the certificate that they began with.
    this.#certificate?.onChange(() => {
      if (this.#listener instanceof TlsServer && this.#certificate)
        this.#listener.setSecureContext(this.#certificate.options);
    });
    this.#unsubscribe = this.#bus.subscribe((event) => {
      if (event.kind === 'gateways') this.#gatewaysChanged();
    });
    return address;
  }

  /** Accepts no more messages, waits until the accepted ones are stored and acknowledged, and closes. Safe to call twice. */
  async stop(): Promise<void> {
    if (this.#listener === null) return;
    this.#unsubscribe?.();
    await this.#addressChange;
    this.#listener.close();
    this.#listener = null;
    this.#server.setPaused(true);
    await this.#mqttIngest.stop(DRAIN_MS);
    await this.#server.stop();
  }

  #wantedHost(): string {
    return this.#broker.host ?? this.#access.listenHost;
  }

  /** With the first credentials the broker listens for other computers, without any only on loopback; clients stay connected. */
  #gatewaysChanged(): void {
    this.#server.renewAccess();
    this.#addressChange = this.#addressChange
      .then(() => this.#changeAddress())
      .catch((error: unknown) => {
        this.#log.error({ err: error }, 'The MQTT broker could not change the address on which it listens');
      });
  }

  async #changeAddress(): Promise<void> {
    const host = this.#wantedHost();
    if (this.#listener === null || this.#address === null || host === this.#address.host) return;
    const previous = this.#address;
    // Closing only stops accepting connections. The port must be free before the other address can be bound.
    this.#listener.close();
    try {
      await this.#listen(host, previous.port);
    } catch (error) {
      await this.#listen(previous.host, previous.port);
      throw error;
    }
    this.#log.info({ host, port: previous.port }, 'The MQTT broker listens on another address now');
  }

  async #listenFrom(host: string, firstPort: number): Promise<{ host: string; port: number }> {
    for (let port = firstPort; ; port++) {
      try {
        const address = await this.#listen(host, port);
        if (port !== firstPort)
          this.#log.warn({ port: firstPort, now: port }, 'The MQTT port is in use; another one is used');
        return address;
      } catch (error) {
        const isInUse = (error as NodeJS.ErrnoException).code === 'EADDRINUSE';
        if (isInUse && !this.#broker.portFixed && port < firstPort + PORT_ATTEMPTS) continue;
        throw new AppError('invalid_configuration', `MQTT_PORT: cannot listen on ${host}:${port}`, {
          cause: error,
        });
      }
    }
  }

  async #listen(host: string, port: number): Promise<{ host: string; port: number }> {
    const onSocket = (socket: Socket) => this.#server.connect(socket);
    const listener = this.#certificate
      ? createTlsServer(
          {
            ...this.#certificate.options,
            handshakeTimeout: TLS_HANDSHAKE_MS,
            // A client without a certificate may sign in with a password. One whose certificate is not valid is refused by MqttAccess.
            requestCert: this.#broker.tls?.ca != null,
            rejectUnauthorized: false,
          },
          onSocket,
        )
      : createServer(onSocket);
    listener.maxConnections = MAX_CONNECTIONS;
    await new Promise<void>((resolve, reject) => {
      listener.once('error', reject);
      listener.listen(port, host, () => {
        listener.off('error', reject);
        resolve();
      });
    });
    listener.on('error', (error) => this.#log.error({ err: error }, 'The MQTT listener failed'));
    this.#listener = listener;
    this.#address = { host, port: (listener.address() as AddressInfo).port };
    return this.#address;
  }
}
