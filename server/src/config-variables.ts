// The catalogue of environment variables. Validation, `.env.example` and the table of the README are generated from it.

import { PROVISION_MODES } from '@gonsters/contract';

interface Described {
  /** For the table of the README, at most about 90 characters. */
  readonly summary: string;
  /** For `.env.example`, after the summary. */
  readonly details?: string;
  /** Describes the default if it is not a plain value. */
  readonly defaultText?: string;
  /** Shown in `.env.example` if there is no plain default. */
  readonly example?: string;
}
interface FreeText extends Described {
  /** `list`: separated by commas. `pem`: PEM text, or the path of a PEM file. */
  readonly kind: 'text' | 'list' | 'pem';
}
interface Whole extends Described {
  readonly kind: 'whole';
  readonly min: number;
  readonly max: number;
  readonly default: number;
}
interface Choice extends Described {
  readonly kind: 'choice';
  readonly values: readonly string[];
  readonly default: string;
}
interface Flag extends Described {
  readonly kind: 'flag';
  readonly default: boolean;
}
export type VariableDefinition = FreeText | Whole | Choice | Flag;

export const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const;

/** `ingest` nodes only accept readings; `web` nodes do everything except MQTT. Any node may become alert leader. */
export const NODE_ROLES = ['all', 'ingest', 'web'] as const;

/** As in libpq: `require` encrypts without checking the certificate, `verify-full` checks it. */
const SSL_MODES = ['disable', 'require', 'verify-full'] as const;

const PORT_MAX = 65_535;

/** By section, in the order of the documentation. */
export const VARIABLE_SECTIONS = {
  'The server': {
    NODE_ENV: {
      kind: 'choice',
      values: ['production', 'development', 'test'],
      default: 'development',
      summary: '`production` refuses the sample users and requires `JWT_SECRET_KEY`',
      details: 'In development sample users and a signing key are created.',
    },
    HOST: {
      kind: 'text',
      defaultText: '127.0.0.1, in production 0.0.0.0',
      example: '127.0.0.1',
      summary: 'Network interface of the page and the API',
    },
    PORT: {
      kind: 'whole',
      min: 0,
      max: PORT_MAX,
      default: 5000,
      defaultText: '5000 or the next free port',
      summary: 'Port of the page and the API; if it is set and in use, the start fails; 0 uses any free port',
    },
    DATA_DIR: { kind: 'text', defaultText: './data', example: './data', summary: 'Directory of all stored data' },
    LOG_LEVEL: {
      kind: 'choice',
      values: LOG_LEVELS,
      default: 'info',
      summary: 'Lowest level that is logged: `fatal`, `error`, `warn`, `info`, `debug`, `trace` or `silent`',
    },
    CORS_ORIGINS: {
      kind: 'list',
      example: 'https://hall.example',
      summary: 'Other origins whose pages may use the API and the live stream, separated by commas',
    },
    TRUST_PROXY: {
      kind: 'list',
      example: '127.0.0.1,10.0.0.0/24',
      summary: 'Reverse proxies whose `X-Forwarded-*` headers are trusted: addresses or networks',
    },
  },
  PostgreSQL: {
    DATABASE_URL: {
      kind: 'text',
      defaultText: 'embedded SQLite in DATA_DIR',
      example: 'postgres://gonsters:password@127.0.0.1:5432/gonsters',
      summary: 'URL of PostgreSQL 15 or newer, for users, machines, alerts, settings and the audit log',
      details:
        'Set either this or the POSTGRES_* variables. For TLS add ?sslmode=verify-full; for a private certificate authority also ' +
        '&sslrootcert=/path/of/ca.pem, or set NODE_EXTRA_CA_CERTS. A statement may take 10 s; &statement_timeout= and ' +
        '&query_timeout= (the limit of the client, a little longer), both in ms, change that.',
    },
    POSTGRES_HOST: { kind: 'text', summary: 'Host of PostgreSQL, instead of `DATABASE_URL`' },
    POSTGRES_PORT: { kind: 'whole', min: 1, max: PORT_MAX, default: 5432, summary: 'Port of PostgreSQL' },
    POSTGRES_USER: { kind: 'text', defaultText: 'gonsters', example: 'gonsters', summary: 'User of PostgreSQL' },
    POSTGRES_PASSWORD: { kind: 'text', summary: 'Password of that user' },
    POSTGRES_DB: { kind: 'text', defaultText: 'gonsters', example: 'gonsters', summary: 'Name of the database' },
    POSTGRES_SSLMODE: {
      kind: 'choice',
      values: SSL_MODES,
      default: 'disable',
      summary: '`disable`, `require` (encrypted, certificate not checked) or `verify-full` (certificate checked)',
    },
    POSTGRES_SSLROOTCERT: {
      kind: 'pem',
      summary: 'Certificate authority for `verify-full`: PEM text or the path of a PEM file',
    },
  },
  InfluxDB: {
    INFLUXDB_URL: {
      kind: 'text',
      defaultText: 'embedded store in DATA_DIR',
      example: 'http://127.0.0.1:8086',
      summary: 'URL of InfluxDB 1.8, 2.7 or 3, for readings',
      details: 'Set a token, or a user in the URL (http://user:password@host:8086).',
    },
    INFLUXDB_TOKEN: { kind: 'text', summary: 'Token of 2.x and 3.x' },
    INFLUXDB_ORG: { kind: 'text', summary: 'Organisation of 2.x' },
    INFLUXDB_BUCKET: {
      kind: 'text',
      defaultText: 'gonsters',
      example: 'gonsters',
      summary: 'Bucket of 2.x, database of 1.x and 3.x',
      details: 'It is created if it does not exist and the user has the permission.',
    },
    INFLUXDB_TIMEOUT: {
      kind: 'whole',
      min: 1,
      max: 30,
      default: 10,
      summary: 'Seconds after which InfluxDB counts as unavailable if it does not answer',
      details: 'Then HTTP requests get 503, and MQTT clients keep messages that were not acknowledged.',
    },
  },
  'Several servers': {
    REDIS_URL: {
      kind: 'text',
      example: 'redis://user:password@127.0.0.1:6379/0',
      summary: 'URL of Redis 7 or Valkey, over which the nodes of a plant exchange events',
      details:
        'Each node needs the same DATABASE_URL (or POSTGRES_*), INFLUXDB_URL, REDIS_URL and JWT_SECRET_KEY, and a DATA_DIR of ' +
        'its own. For TLS use rediss://; for a private certificate authority set NODE_EXTRA_CA_CERTS.',
    },
    GONSTERS_ROLE: {
      kind: 'choice',
      values: NODE_ROLES,
      default: 'all',
      summary: '`ingest` only accepts readings, `web` does everything except MQTT',
    },
  },
  'Embedded MQTT broker': {
    MQTT_PORT: {
      kind: 'text',
      defaultText: '1883 or the next free port',
      example: '1883',
      summary: 'Port of the broker; if it is set and in use, the start fails; 0 uses any free port, `off` no broker',
    },
    MQTT_HOST: {
      kind: 'text',
      defaultText: 'loopback until a gateway exists, then all interfaces',
      summary: 'Network interface of the broker',
    },
    MQTT_ALLOW_ANONYMOUS: {
      kind: 'flag',
      default: false,
      summary: '`true` lets every client publish without credentials; only for isolated networks',
    },
    MQTT_TLS_CERT: { kind: 'pem', summary: 'Certificate for MQTT over TLS: PEM text or the path of a PEM file' },
    MQTT_TLS_KEY: { kind: 'pem', summary: 'Private key of that certificate; both must be set, or neither' },
    MQTT_TLS_CA: {
      kind: 'pem',
      summary: 'Authority of client certificates: a gateway whose certificate names it needs no password',
      details: 'The common name or an alternative name is the name or the user name of the gateway.',
    },
    MQTT_MAX_PACKET_BYTES: {
      kind: 'whole',
      min: 1024,
      max: 16_777_216,
      default: 262_144,
      summary: 'Largest packet in bytes; larger ones are skipped and counted',
    },
  },
  'MQTT topics and external broker': {
    MQTT_TOPIC: {
      kind: 'list',
      defaultText: 'both layouts',
      example: 'gonsters/sensors/#,factory/+/machine/+/telemetry',
      summary:
        'Topic filters on which readings are accepted, separated by commas; unset, the embedded broker takes every topic',
    },
    MQTT_BROKER_HOST: {
      kind: 'text',
      summary: 'Host of an external broker; the embedded broker does not run then',
      details: 'Use mqtts://host for TLS, on port 8883; for a private certificate authority set NODE_EXTRA_CA_CERTS.',
    },
    MQTT_BROKER_PORT: {
      kind: 'whole',
      min: 1,
      max: PORT_MAX,
      default: 1883,
      defaultText: '1883, with TLS 8883',
      summary: 'Port of the external broker',
    },
    MQTT_USERNAME: { kind: 'text', summary: 'User at the external broker' },
    MQTT_PASSWORD: { kind: 'text', summary: 'Password of that user' },
    MQTT_QOS: {
      kind: 'choice',
      values: ['0', '1', '2'],
      default: '1',
      summary: 'Quality of service of the subscription',
    },
    MQTT_KEEPALIVE: {
      kind: 'whole',
      min: 1,
      max: 3_600,
      default: 30,
      summary: 'Keep-alive in seconds; a broker that is silent for 1.5 times as long counts as unreachable',
    },
    MQTT_CLIENT_ID: {
      kind: 'text',
      defaultText: 'gonsters-ID, with an id that is stored in DATA_DIR',
      summary: 'Client id at the external broker; constant over restarts, different for each node',
    },
    SPARKPLUG_HOST_ID: {
      kind: 'text',
      example: 'gonsters',
      summary: 'Receives Sparkplug B as the host application of this id; unset, its messages are refused',
      details: 'Edge nodes name it as their primary host. On an external broker the server then reads spBv1.0/#.',
    },
  },
  'Access and devices': {
    JWT_SECRET_KEY: {
      kind: 'text',
      defaultText: 'generated and stored in development',
      summary: 'Secret that signs access tokens, at least 32 bytes',
      details: 'It must be set in production, and together with REDIS_URL.',
    },
    JWT_ACCESS_TOKEN_EXPIRES: {
      kind: 'whole',
      min: 1,
      max: 86_400,
      default: 3600,
      summary: 'Lifetime of an access token in seconds',
    },
    JWT_REFRESH_TOKEN_EXPIRES: {
      kind: 'whole',
      min: 1,
      max: 31_536_000,
      default: 86_400,
      summary: 'Lifetime of a refresh token in seconds',
    },
    ADMIN_USERNAME: {
      kind: 'text',
      defaultText: 'admin, with a password that is printed once',
      summary: 'User name of the first Management user',
    },
    ADMIN_PASSWORD: { kind: 'text', summary: 'Password of that user; both must be set, or neither' },
    ALLOW_REGISTRATION: {
      kind: 'flag',
      default: true,
      defaultText: 'true, in production false',
      summary: 'Whether people may register themselves as Operator; in production Management has to admit them',
    },
    AUTO_PROVISION: {
      kind: 'choice',
      values: PROVISION_MODES,
      default: 'off',
      summary: 'Readings of unknown machines: `off` rejects them, `approve` asks Management, `on` creates the machine',
    },
  },
  'OpenID Connect': {
    OIDC_ISSUER: {
      kind: 'text',
      example: 'https://login.plant.example/realms/plant',
      summary: 'Issuer of OpenID Connect, with which people sign in; unset, they use passwords only',
      details:
        'It must be https, except on this computer. Register PUBLIC_URL/api/v1/auth/oidc/callback there as the redirect URI. For a private ' +
        'certificate authority set NODE_EXTRA_CA_CERTS. Set the OIDC_* variables to the same on all nodes.',
    },
    OIDC_CLIENT_ID: { kind: 'text', example: 'gonsters', summary: 'Id of the client at the issuer' },
    OIDC_CLIENT_SECRET: { kind: 'text', summary: 'Secret of the client; unset for a public client' },
    OIDC_NAME: {
      kind: 'text',
      defaultText: 'the host of the issuer',
      example: 'Plant account',
      summary: 'Name of the provider on the button of the sign-in page',
    },
    OIDC_SCOPES: {
      kind: 'text',
      defaultText: 'openid profile email',
      example: 'openid profile email groups',
      summary: 'Scopes that are asked for, separated by spaces',
    },
    OIDC_GROUPS_CLAIM: {
      kind: 'text',
      defaultText: 'groups',
      example: 'roles',
      summary: 'Claim that contains the groups of a person',
    },
    OIDC_ONLY: {
      kind: 'flag',
      default: false,
      summary: '`true` lets only break-glass accounts sign in with a password',
    },
  },
  Notifications: {
    SMTP_URL: {
      kind: 'text',
      example: 'smtp://user:password@mail.example:587',
      summary: 'URL of the mail server that takes alert e-mails; STARTTLS is used where the server offers it',
      details:
        'smtps:// uses TLS from the start, usually on port 465. A password is only sent over TLS, unless the mail server is on this ' +
        'computer. For a private certificate authority set NODE_EXTRA_CA_CERTS. Set the same on all nodes.',
    },
    SMTP_FROM: {
      kind: 'text',
      example: 'GONSTERS <alarms@plant.example>',
      summary: 'Sender of the e-mails; required with `SMTP_URL`',
    },
    PUBLIC_URL: {
      kind: 'text',
      example: 'https://gonsters.plant.example',
      summary: 'Address at which people open the page, for the links in messages',
      details: 'Unset, messages use the address that Management has confirmed in the settings.',
    },
    SECRETS_KEY: {
      kind: 'text',
      defaultText: 'generated and stored beside the embedded database',
      summary: 'Secret that encrypts the secrets of channels and authenticator apps, at least 32 bytes',
      details: 'With PostgreSQL it must be set before a webhook or an app can be added. Set the same on all nodes.',
    },
    NOTIFY_ALLOWED_NETWORKS: {
      kind: 'list',
      example: '10.20.0.0/16,192.168.7.10',
      summary: 'Private networks and addresses that webhooks may reach, separated by commas; others are refused',
    },
  },
} as const satisfies Record<string, Record<string, VariableDefinition>>;

type Sections = typeof VARIABLE_SECTIONS;
type Union<T> = T extends unknown ? (x: T) => void : never;
type Merged = Union<Sections[keyof Sections]> extends (x: infer I) => void ? I : never;

/** Every variable by its name, with the types of its values. */
export type Variables = { readonly [Name in keyof Merged]: Merged[Name] };
export const VARIABLES = Object.assign({}, ...Object.values(VARIABLE_SECTIONS)) as Variables;

/** The names of the variables of a kind. */
export type VariableOf<Kind extends VariableDefinition['kind']> = {
  [Name in keyof Variables]: Variables[Name] extends { kind: Kind } ? Name : never;
}[keyof Variables];
