// The only reader of the environment: checks every variable and reports all faults at once.

import { existsSync, readFileSync } from 'node:fs';
import { isIP } from 'node:net';
import { hostname } from 'node:os';
import { resolve } from 'node:path';
import { type Fault, PROVISION_MODES, type ProvisionMode } from '@gonsters/contract';
import type { PostgresAddress } from './database/postgres-pool.ts';
import { AppError } from './errors.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

/** The process's environment, with a `.env` file of the working directory filling in what is not set. */
export function readEnvironment(): Environment {
  if (existsSync('.env')) process.loadEnvFile('.env');
  return process.env;
}

export const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const;

export interface Config {
  readonly environment: 'production' | 'development' | 'test';
  readonly host: string;
  /** 0 takes any free port. */
  readonly port: number;
  /** The port was asked for: when it is taken, the start fails instead of moving on. */
  readonly portFixed: boolean;
  readonly dataDir: string;
  /** null for the embedded database. */
  readonly postgres: PostgresAddress | null;
  readonly logLevel: (typeof LOG_LEVELS)[number];
  readonly corsOrigins: readonly string[];
  /** Addresses or networks of reverse proxies whose `X-Forwarded-*` headers are believed. */
  readonly trustProxy: readonly string[];
  readonly jwtSecret: string | null;
  readonly accessTokenSeconds: number;
  readonly refreshTokenSeconds: number;
  readonly adminUsername: string | null;
  readonly adminPassword: string | null;
  readonly allowRegistration: boolean;
  readonly autoProvision: ProvisionMode;
  readonly mqtt: {
    /** The embedded broker; null where none runs. */
    readonly broker: {
      readonly host: string | null;
      readonly port: number;
      readonly portFixed: boolean;
      readonly allowAnonymous: boolean;
      readonly tls: { readonly cert: string; readonly key: string } | null;
      readonly maxPacketBytes: number;
    } | null;
    /** The external broker; null where the embedded one is used. */
    readonly upstream: {
      readonly host: string;
      readonly port: number;
      readonly tls: boolean;
      readonly username: string | null;
      readonly password: string | null;
      readonly qos: 0 | 1 | 2;
      /** Stable, and another for each node: the broker knows the session by it. */
      readonly clientId: string;
    } | null;
    readonly topics: readonly string[];
  };
}

export const DEFAULT_TOPICS = ['gonsters/sensors/#', 'factory/+/machine/+/telemetry'] as const;

/** Variables of parts that are not in this version yet: naming one is a fault, not something to pass over in silence. */
const NOT_YET = ['INFLUXDB_URL', 'REDIS_URL', 'SMTP_URL'] as const;

/** @throws AppError `invalid_configuration` with every fault */
export function readConfig(env: Environment): Config {
  const faults: Fault[] = [];
  const fault = (name: string, error: string) => {
    faults.push({ parameter: name, error });
  };

  /** `X`, or the content of the file that `X_FILE` names. */
  const text = (name: string): string | null => {
    const direct = env[name];
    const file = env[`${name}_FILE`];
    if (direct !== undefined && direct !== '' && file !== undefined && file !== '') {
      fault(name, `${name} and ${name}_FILE must not both be set`);
    }
    if (direct !== undefined && direct !== '') return direct;
    if (file === undefined || file === '') return null;
    try {
      return readFileSync(file, 'utf8').replace(/\r?\n$/, '');
    } catch {
      fault(`${name}_FILE`, 'The file cannot be read');
      return null;
    }
  };
  const oneOf = <T extends string>(name: string, allowed: readonly T[], fallback: T): T => {
    const value = text(name);
    if (value === null) return fallback;
    if (allowed.includes(value as T)) return value as T;
    fault(name, `Must be one of ${allowed.join(', ')}`);
    return fallback;
  };
  const whole = (name: string, min: number, max: number, fallback: number): number => {
    const value = text(name);
    if (value === null) return fallback;
    const number = /^\d{1,12}$/.test(value) ? Number(value) : Number.NaN;
    if (number >= min && number <= max) return number;
    fault(name, `Must be a whole number from ${min} to ${max}`);
    return fallback;
  };
  const yes = (name: string, fallback: boolean): boolean =>
    oneOf(name, ['true', 'false'], fallback ? 'true' : 'false') === 'true';
  const list = (name: string): string[] | null =>
    text(name)
      ?.split(',')
      .map((item) => item.trim())
      .filter((item) => item !== '') ?? null;
  const pem = (name: string): string | null => {
    const value = text(name);
    if (value === null || value.startsWith('-----BEGIN')) return value;
    if (existsSync(value)) return readFileSync(value, 'utf8');
    fault(name, 'Must be a PEM text or the path of a PEM file');
    return null;
  };

  const postgresAddress = (): PostgresAddress | null => {
    const url = text('DATABASE_URL');
    const host = text('POSTGRES_HOST');
    if (url !== null) {
      if (host !== null) fault('POSTGRES_HOST', 'DATABASE_URL and POSTGRES_HOST must not both be set');
      if (!URL.canParse(url) || !/^postgres(ql)?:$/.test(new URL(url).protocol)) {
        fault('DATABASE_URL', 'Must be a URL such as postgres://user:password@host:5432/database');
      }
      return { url };
    }
    const user = text('POSTGRES_USER');
    const password = text('POSTGRES_PASSWORD');
    const database = text('POSTGRES_DB');
    if (host === null) {
      for (const [name, value] of Object.entries({
        POSTGRES_USER: user,
        POSTGRES_PASSWORD: password,
        POSTGRES_DB: database,
      })) {
        if (value !== null) fault(name, 'Means nothing without POSTGRES_HOST');
      }
      return null;
    }
    return {
      host,
      port: whole('POSTGRES_PORT', 1, 65_535, 5432),
      user: user ?? 'gonsters',
      password,
      database: database ?? 'gonsters',
    };
  };

  const mqttUpstream = (): Config['mqtt']['upstream'] => {
    const address = text('MQTT_BROKER_HOST');
    if (address === null) return null;
    const tls = address.startsWith('mqtts://');
    const host = address.replace(/^mqtts?:\/\//, '');
    if (!/^[A-Za-z0-9._:[\]-]+$/.test(host)) {
      fault('MQTT_BROKER_HOST', 'Must be a host name, an address, or one of them behind mqtt:// or mqtts://');
    }
    return {
      host,
      port: whole('MQTT_BROKER_PORT', 1, 65_535, tls ? 8883 : 1883),
      tls,
      username: text('MQTT_USERNAME'),
      password: text('MQTT_PASSWORD'),
      qos: Number(oneOf('MQTT_QOS', ['0', '1', '2'], '1')) as 0 | 1 | 2,
      clientId: text('MQTT_CLIENT_ID') ?? `gonsters-${hostname()}`,
    };
  };

  for (const name of NOT_YET) {
    if (text(name) !== null) fault(name, 'Is not supported by this version');
  }
  oneOf('GONSTERS_ROLE', ['all'], 'all');

  const environment = oneOf('NODE_ENV', ['production', 'development', 'test'], 'development');
  const jwtSecret = text('JWT_SECRET_KEY');
  if (environment === 'production' && jwtSecret === null) fault('JWT_SECRET_KEY', 'Must be set in production');
  if (jwtSecret !== null && Buffer.byteLength(jwtSecret) < 32) fault('JWT_SECRET_KEY', 'Must have at least 32 bytes');

  const corsOrigins = list('CORS_ORIGINS') ?? [];
  for (const origin of corsOrigins) {
    if (!URL.canParse(origin) || new URL(origin).origin !== origin) {
      fault('CORS_ORIGINS', `${JSON.stringify(origin)} is no origin such as https://hall.example`);
    }
  }

  const trustProxy = list('TRUST_PROXY') ?? [];
  for (const address of trustProxy) {
    if (isIP(address.replace(/\/\d{1,3}$/, '')) === 0) {
      fault(
        'TRUST_PROXY',
        `${JSON.stringify(address)} is no address such as 10.0.0.2 and no network such as 10.0.0.0/24`,
      );
    }
  }

  const adminUsername = text('ADMIN_USERNAME');
  const adminPassword = text('ADMIN_PASSWORD');
  if ((adminUsername === null) !== (adminPassword === null)) {
    fault('ADMIN_USERNAME', 'ADMIN_USERNAME and ADMIN_PASSWORD must be set together');
  }

  const cert = pem('MQTT_TLS_CERT');
  const key = pem('MQTT_TLS_KEY');
  if ((cert === null) !== (key === null)) fault('MQTT_TLS_CERT', 'MQTT_TLS_CERT and MQTT_TLS_KEY must be set together');
  const upstream = mqttUpstream();
  const mqttPort = text('MQTT_PORT') === 'off' ? null : whole('MQTT_PORT', 0, 65_535, 1883);

  const config: Config = {
    environment,
    host: text('HOST') ?? (environment === 'production' ? '0.0.0.0' : '127.0.0.1'),
    port: whole('PORT', 0, 65_535, 5000),
    portFixed: text('PORT') !== null,
    dataDir: resolve(text('DATA_DIR') ?? './data'),
    postgres: postgresAddress(),
    logLevel: oneOf('LOG_LEVEL', LOG_LEVELS, 'info'),
    corsOrigins,
    trustProxy,
    jwtSecret,
    accessTokenSeconds: whole('JWT_ACCESS_TOKEN_EXPIRES', 1, 86_400, 3600),
    refreshTokenSeconds: whole('JWT_REFRESH_TOKEN_EXPIRES', 1, 31_536_000, 86_400),
    adminUsername,
    adminPassword,
    allowRegistration: yes('ALLOW_REGISTRATION', true),
    autoProvision: oneOf('AUTO_PROVISION', PROVISION_MODES, 'off'),
    mqtt: {
      broker:
        mqttPort === null || upstream !== null
          ? null
          : {
              host: text('MQTT_HOST'),
              port: mqttPort,
              portFixed: text('MQTT_PORT') !== null,
              allowAnonymous: yes('MQTT_ALLOW_ANONYMOUS', false),
              tls: cert !== null && key !== null ? { cert, key } : null,
              maxPacketBytes: whole('MQTT_MAX_PACKET_BYTES', 1024, 16_777_216, 262_144),
            },
      upstream,
      topics: list('MQTT_TOPIC') ?? DEFAULT_TOPICS,
    },
  };
  if (faults.length > 0) {
    const summary = faults.map((each) => `${each.parameter}: ${each.error}`).join('; ');
    throw new AppError('invalid_configuration', `The configuration has faults. ${summary}`, { faults });
  }
  return config;
}
