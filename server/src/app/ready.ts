// What the server prints when it is ready.

import type { Config } from '../config.ts';
import type { SqlEngine } from '../database/database.ts';

/** Content of the ready line. */
export interface Ready {
  http: string;
  /** Null if no broker is used. */
  mqtt: string | null;
  engines: {
    readings: 'duckdb' | 'influxdb';
    database: SqlEngine['name'];
    cache: 'memory' | 'redis';
    broker: 'embedded' | 'external' | null;
  };
}

interface Listening {
  host: string;
  port: number;
}

/** `mqtt` is where the embedded broker listens, `externalBroker` the external one; null where it is not used. */
export function describeReady(
  config: Config,
  at: { http: Listening; mqtt: Listening | null; externalBroker: { readonly address: string } | null },
): Ready {
  const mqttScheme = config.mqtt.broker?.tls ? 'mqtts' : 'mqtt';
  return {
    http: addressOf('http', at.http),
    mqtt: at.externalBroker?.address ?? (at.mqtt && addressOf(mqttScheme, at.mqtt)),
    engines: {
      readings: config.influxdb === null ? 'duckdb' : 'influxdb',
      database: config.postgres === null ? 'sqlite' : 'postgres',
      cache: config.redis === null ? 'memory' : 'redis',
      broker: at.externalBroker ? 'external' : at.mqtt && 'embedded',
    },
  };
}

/** The address at which a person on this computer reaches the listener. */
function addressOf(scheme: string, { host, port }: Listening): string {
  const reachable = host === '0.0.0.0' || host === '::' ? '127.0.0.1' : host;
  return `${scheme}://${reachable.includes(':') ? `[${reachable}]` : reachable}:${port}`;
}
