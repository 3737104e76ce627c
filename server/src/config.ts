// Reads the configuration from the environment. It validates every variable and reports all faults at once.

import { existsSync } from 'node:fs';
import { isIP } from 'node:net';
import { resolve } from 'node:path';
import type { ProvisionMode } from '@gonsters/contract';
import type { LOG_LEVELS, NODE_ROLES } from './config-variables.ts';
import { type Environment, type PemSource, readVariables } from './environment.ts';
import { AppError } from './errors.ts';
import { allowedNetworks, mailServer, publicUrl, secretsKey } from './notification-addresses.ts';
import { type OidcSettings, oidcSettings } from './oidc-settings.ts';
import type { InfluxdbAddress, PostgresAddress } from './server-addresses.ts';
import {
  type BrokerAddress,
  brokerAddress,
  influxdbAddress,
  postgresAddress,
  type RedisAddress,
  redisAddress,
} from './server-addresses.ts';

/** The environment of the process. Variables that are not set are read from a `.env` file in the working directory. */
export function readEnvironment(): Environment {
  if (existsSync('.env')) process.loadEnvFile('.env');
  return process.env;
}

/** What a listener needs for TLS. `ca`: the authority whose client certificates are accepted; null where none are. */
export interface TlsSources {
  readonly cert: PemSource;
  readonly key: PemSource;
  readonly ca: PemSource | null;
}

export interface Config {
  readonly role: (typeof NODE_ROLES)[number];
  readonly environment: 'production' | 'development' | 'test';
  readonly host: string;
  /** 0 takes any free port. */
  readonly port: number;
  /** PORT is set: if the port is in use, the start fails instead of trying the next one. */
  readonly portFixed: boolean;
  readonly dataDir: string;
  /** null for the embedded database. */
  readonly postgres: PostgresAddress | null;
  /** null for the embedded store of readings. */
  readonly influxdb: InfluxdbAddress | null;
  /** Redis, over which the nodes of a plant exchange events; null for a single server. */
  readonly redis: RedisAddress | null;
  readonly logLevel: (typeof LOG_LEVELS)[number];
  readonly corsOrigins: readonly string[];
  /** Addresses or networks of the reverse proxies whose `X-Forwarded-*` headers are trusted. */
  readonly trustProxy: readonly string[];
  readonly jwtSecret: string | null;
  readonly accessTokenSeconds: number;
  readonly refreshTokenSeconds: number;
  readonly adminUsername: string | null;
  readonly adminPassword: string | null;
  readonly allowRegistration: boolean;
  /** null where people do not sign in with OpenID Connect. */
  readonly oidc: OidcSettings | null;
  readonly autoProvision: ProvisionMode;
  /** Takes alert e-mails; null where none is set up. */
  readonly mailServer: { readonly url: string; readonly from: string } | null;
  /** Encrypts the secrets of channels and authenticator apps; null where one is made beside the embedded database. */
  readonly secretsKey: string | null;
  /** Addresses or networks that webhooks may reach although they are private. */
  readonly notifyAllowedNetworks: readonly string[];
  /** Address of the page for links in messages, without a slash at its end; null where it is not set. */
  readonly publicUrl: string | null;
  readonly mqtt: {
    /** The embedded broker; null if it is switched off. */
    readonly broker: {
      readonly host: string | null;
      readonly port: number;
      readonly portFixed: boolean;
      readonly allowAnonymous: boolean;
      readonly tls: TlsSources | null;
      readonly maxPacketBytes: number;
    } | null;
    /** The external broker; null if the embedded broker is used. */
    readonly externalBroker: BrokerAddress | null;
    /** Those that people are told to use, and to which the server subscribes on an external broker. */
    readonly topics: readonly string[];
    /** The id of the Sparkplug host application; null if Sparkplug B is not received. */
    readonly sparkplugHostId: string | null;
    /** Where the leader is the Sparkplug host, whatever its role; null where the embedded broker is used. */
    readonly sparkplugBroker: BrokerAddress | null;
    /** Filters of the messages that are decoded. */
    readonly acceptedTopics: readonly string[];
  };
}

/** The embedded broker takes what devices publish, wherever they do. */
const EVERY_TOPIC = ['#'] as const;
/** On an external broker, the topics of other applications are not ours to read. */
export const DEFAULT_TOPICS = ['gonsters/sensors/#', 'factory/+/machine/+/telemetry'] as const;

/** @throws AppError `invalid_configuration` with every fault; the message lists them too */
export function readConfig(env: Environment): Config {
  const variables = readVariables(env);
  const { faults, fault, isSet, text, choice, whole, wholeWithin, flag, list, pemSource } = variables;

  const role = choice('GONSTERS_ROLE');
  const redis = redisAddress(variables);

  const environment = choice('NODE_ENV');
  const jwtSecret = text('JWT_SECRET_KEY');
  if (environment === 'production' && jwtSecret === null) {
    fault('JWT_SECRET_KEY', 'JWT_SECRET_KEY must be set in production');
  } else if (redis !== null && jwtSecret === null) {
    fault(
      'JWT_SECRET_KEY',
      'JWT_SECRET_KEY must be set together with REDIS_URL, since all nodes sign and verify tokens with the same key',
    );
  }
  if (jwtSecret !== null && Buffer.byteLength(jwtSecret) < 32) {
    fault('JWT_SECRET_KEY', 'JWT_SECRET_KEY must have at least 32 bytes');
  }

  const corsOrigins = list('CORS_ORIGINS') ?? [];
  for (const origin of corsOrigins) {
    if (!URL.canParse(origin) || new URL(origin).origin !== origin) {
      fault(
        'CORS_ORIGINS',
        `CORS_ORIGINS must list origins such as https://hall.example; ${JSON.stringify(origin)} is not one`,
      );
    }
  }

  const trustProxy = list('TRUST_PROXY') ?? [];
  for (const address of trustProxy) {
    if (isIP(address.replace(/\/\d{1,3}$/, '')) === 0) {
      fault(
        'TRUST_PROXY',
        `TRUST_PROXY must list addresses such as 10.0.0.2 or networks such as 10.0.0.0/24; ${JSON.stringify(address)} is neither`,
      );
    }
  }

  const adminUsername = text('ADMIN_USERNAME');
  const adminPassword = text('ADMIN_PASSWORD');
  if ((adminUsername === null) !== (adminPassword === null)) {
    fault('ADMIN_USERNAME', 'ADMIN_USERNAME and ADMIN_PASSWORD must be set together');
  }

  const cert = pemSource('MQTT_TLS_CERT');
  const key = pemSource('MQTT_TLS_KEY');
  const ca = pemSource('MQTT_TLS_CA');
  if ((cert === null) !== (key === null)) fault('MQTT_TLS_CERT', 'MQTT_TLS_CERT and MQTT_TLS_KEY must be set together');
  if (ca !== null && cert === null) fault('MQTT_TLS_CA', 'MQTT_TLS_CA needs MQTT_TLS_CERT and MQTT_TLS_KEY');
  const externalBroker = brokerAddress(variables);
  const sparkplugHostId = text('SPARKPLUG_HOST_ID');
  if (sparkplugHostId !== null && (/[/+#\s]/.test(sparkplugHostId) || sparkplugHostId.length > 100)) {
    fault('SPARKPLUG_HOST_ID', 'SPARKPLUG_HOST_ID must have at most 100 characters, without spaces and without / + #');
  }
  const mqttPort = text('MQTT_PORT') === 'off' ? null : wholeWithin('MQTT_PORT', 0, 65_535, 1883);

  const config: Config = {
    role,
    environment,
    host: text('HOST') ?? (environment === 'production' ? '0.0.0.0' : '127.0.0.1'),
    port: whole('PORT'),
    portFixed: isSet('PORT'),
    dataDir: resolve(text('DATA_DIR') ?? './data'),
    postgres: postgresAddress(variables),
    influxdb: influxdbAddress(variables),
    redis,
    logLevel: choice('LOG_LEVEL'),
    corsOrigins,
    trustProxy,
    jwtSecret,
    accessTokenSeconds: whole('JWT_ACCESS_TOKEN_EXPIRES'),
    refreshTokenSeconds: whole('JWT_REFRESH_TOKEN_EXPIRES'),
    adminUsername,
    adminPassword,
    allowRegistration: flag('ALLOW_REGISTRATION', environment !== 'production'),
    oidc: oidcSettings(variables),
    autoProvision: choice('AUTO_PROVISION'),
    mailServer: mailServer(variables),
    publicUrl: publicUrl(variables),
    secretsKey: secretsKey(variables),
    notifyAllowedNetworks: allowedNetworks(variables),
    mqtt: {
      broker:
        mqttPort === null || externalBroker !== null || role === 'web'
          ? null
          : {
              host: text('MQTT_HOST'),
              port: mqttPort,
              portFixed: isSet('MQTT_PORT'),
              allowAnonymous: flag('MQTT_ALLOW_ANONYMOUS'),
              tls: cert !== null && key !== null ? { cert, key, ca } : null,
              maxPacketBytes: whole('MQTT_MAX_PACKET_BYTES'),
            },
      externalBroker: role === 'web' ? null : externalBroker,
      sparkplugHostId,
      sparkplugBroker: sparkplugHostId === null ? null : externalBroker,
      topics: list('MQTT_TOPIC') ?? DEFAULT_TOPICS,
      acceptedTopics: list('MQTT_TOPIC') ?? (externalBroker === null ? EVERY_TOPIC : DEFAULT_TOPICS),
    },
  };
  if (faults.length > 0) {
    const summary = faults.map((each) => each.error).join('; ');
    throw new AppError('invalid_configuration', `The configuration is not valid: ${summary}`, { faults });
  }
  return config;
}
