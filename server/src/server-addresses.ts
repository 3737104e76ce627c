// The addresses of the external servers, read from the environment; null where the embedded engine is used instead.

import type { EnvironmentReader } from './environment.ts';

/** `DATABASE_URL`, or the `POSTGRES_*` variables. */
export type PostgresAddress =
  | { readonly url: string }
  | {
      readonly host: string;
      readonly port: number;
      readonly user: string;
      readonly password: string | null;
      readonly database: string;
      /** Absent: without TLS. `ca` is the PEM text of a private certificate authority. */
      readonly ssl?: { readonly rejectUnauthorized: boolean; readonly ca?: string };
    };

/** Where an InfluxDB stores the readings, and the credentials for it. */
export interface InfluxdbAddress {
  /** Without credentials, without a slash at its end. */
  readonly url: string;
  /** The bucket of 2.x. The database of 1.x and 3.x has the same name. */
  readonly bucket: string;
  /** Used by 2.x on `/api/v2/write` only. */
  readonly org: string | null;
  readonly token: string | null;
  readonly username: string | null;
  readonly password: string | null;
  /** InfluxDB counts as unavailable if it does not answer, or does not continue an answer, within this time. */
  readonly answerWithinMs: number;
}

export interface BrokerAddress {
  readonly host: string;
  readonly port: number;
  readonly tls: boolean;
  readonly username: string | null;
  readonly password: string | null;
  readonly qos: 0 | 1 | 2;
  /** A broker that sends nothing for one and a half times as long counts as unreachable. */
  readonly keepAliveSeconds: number;
  /** Identifies the session at the broker: constant over restarts, different for each node. null: derived from the node's id. */
  readonly clientId: string | null;
}

/** `redis://` or, over TLS, `rediss://`, with user, password and database. */
export interface RedisAddress {
  readonly url: string;
}

export function postgresAddress({ text, isSet, whole, choice, pem, fault }: EnvironmentReader): PostgresAddress | null {
  const url = text('DATABASE_URL');
  const host = text('POSTGRES_HOST');
  if (url !== null) {
    if (host !== null) fault('POSTGRES_HOST', 'DATABASE_URL and POSTGRES_HOST must not both be set');
    if (!URL.canParse(url) || !/^postgres(ql)?:$/.test(new URL(url).protocol)) {
      fault('DATABASE_URL', 'DATABASE_URL must be a URL such as postgres://user:password@host:5432/database');
    }
    return { url };
  }
  const sslMode = choice('POSTGRES_SSLMODE');
  const ca = pem('POSTGRES_SSLROOTCERT');
  const user = text('POSTGRES_USER');
  const password = text('POSTGRES_PASSWORD');
  const database = text('POSTGRES_DB');
  if (host === null) {
    const given = { POSTGRES_USER: user, POSTGRES_PASSWORD: password, POSTGRES_DB: database };
    refuseWithout(
      'POSTGRES_HOST',
      { ...given, POSTGRES_SSLMODE: isSet('POSTGRES_SSLMODE') ? sslMode : null, POSTGRES_SSLROOTCERT: ca },
      fault,
    );
    return null;
  }
  if (ca !== null && sslMode !== 'verify-full') {
    fault('POSTGRES_SSLROOTCERT', 'POSTGRES_SSLROOTCERT has no effect without POSTGRES_SSLMODE=verify-full');
  }
  return {
    host,
    port: whole('POSTGRES_PORT'),
    user: user ?? 'gonsters',
    password,
    database: database ?? 'gonsters',
    ...(sslMode === 'disable'
      ? {}
      : { ssl: { rejectUnauthorized: sslMode === 'verify-full', ...(ca === null ? {} : { ca }) } }),
  };
}

export function influxdbAddress({ text, whole, fault }: EnvironmentReader): InfluxdbAddress | null {
  const address = text('INFLUXDB_URL');
  const token = text('INFLUXDB_TOKEN');
  const org = text('INFLUXDB_ORG');
  const bucket = text('INFLUXDB_BUCKET');
  if (address === null) {
    refuseWithout('INFLUXDB_URL', { INFLUXDB_TOKEN: token, INFLUXDB_ORG: org, INFLUXDB_BUCKET: bucket }, fault);
    return null;
  }
  const url = URL.canParse(address) ? new URL(address) : null;
  if (url === null || !/^https?:$/.test(url.protocol) || url.search !== '' || url.hash !== '') {
    fault(
      'INFLUXDB_URL',
      'INFLUXDB_URL must be a URL such as http://127.0.0.1:8086 or https://user:password@host:8086',
    );
    return null;
  }
  if (token !== null && url.username !== '') {
    fault('INFLUXDB_TOKEN', 'INFLUXDB_TOKEN and a user in INFLUXDB_URL must not both be set');
  }
  return {
    url: `${url.origin}${url.pathname.replace(/\/+$/, '')}`,
    bucket: bucket ?? 'gonsters',
    org,
    token,
    username: url.username === '' ? null : decodeURIComponent(url.username),
    password: url.password === '' ? null : decodeURIComponent(url.password),
    answerWithinMs: whole('INFLUXDB_TIMEOUT') * 1000,
  };
}

export function brokerAddress({ text, whole, choice, fault }: EnvironmentReader): BrokerAddress | null {
  const address = text('MQTT_BROKER_HOST');
  if (address === null) return null;
  const tls = address.startsWith('mqtts://');
  const host = address.replace(/^mqtts?:\/\//, '');
  if (!/^[A-Za-z0-9._:[\]-]+$/.test(host)) {
    fault(
      'MQTT_BROKER_HOST',
      'MQTT_BROKER_HOST must be a host name or an address, optionally after mqtt:// or mqtts://',
    );
  }
  return {
    host,
    port: whole('MQTT_BROKER_PORT', tls ? 8883 : 1883),
    tls,
    username: text('MQTT_USERNAME'),
    password: text('MQTT_PASSWORD'),
    qos: Number(choice('MQTT_QOS')) as 0 | 1 | 2,
    keepAliveSeconds: whole('MQTT_KEEPALIVE'),
    clientId: text('MQTT_CLIENT_ID'),
  };
}

export function redisAddress({ text, fault }: EnvironmentReader): RedisAddress | null {
  const url = text('REDIS_URL');
  if (url === null) return null;
  if (!URL.canParse(url) || !/^rediss?:$/.test(new URL(url).protocol) || new URL(url).hostname === '') {
    fault('REDIS_URL', 'REDIS_URL must be a URL such as redis://user:password@host:6379/0, or rediss:// for TLS');
  } else if (!/^\/?\d{0,4}$/.test(new URL(url).pathname)) {
    fault('REDIS_URL', 'The path of REDIS_URL must be the number of a database, such as /0');
  }
  return { url };
}

function refuseWithout(needed: string, given: Record<string, string | null>, fault: EnvironmentReader['fault']): void {
  for (const [name, value] of Object.entries(given)) {
    if (value !== null) fault(name, `${name} has no effect without ${needed}`);
  }
}
