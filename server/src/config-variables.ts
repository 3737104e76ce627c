// The catalogue of environment variables: the validation, `.env.example` and the README's table are made from it.

import { PROVISION_MODES } from '@gonsters/contract';

interface Described {
  /** For the README's table: at most some 90 characters. */
  readonly summary: string;
  /** For `.env.example`, beside the summary. */
  readonly details?: string;
  /** How the default is described where it is not a plain value. */
  readonly defaultText?: string;
  /** Shown in `.env.example` where there is no plain default. */
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

/** What a node does: everything, only taking readings, or everything but MQTT. Any of them may become alert leader. */
export const NODE_ROLES = ['all', 'ingest', 'web'] as const;

/** As libpq has them: encrypted whoever answers, or only with the server that the certificate names. */
const SSL_MODES = ['disable', 'require', 'verify-full'] as const;

const PORT_MAX = 65_535;

/** In the order of the documentation, by section. */
export const VARIABLE_SECTIONS = {
  'The server': {
    NODE_ENV: {
      kind: 'choice',
      values: ['production', 'development', 'test'],
      default: 'development',
      summary: '`production` refuses sample users and needs `JWT_SECRET_KEY`',
      details: 'Development makes sample users and its own signing key.',
    },
    HOST: {
      kind: 'text',
      defaultText: '127.0.0.1, in production 0.0.0.0',
      example: '127.0.0.1',
      summary: 'Interface of the page and the API',
    },
    PORT: {
      kind: 'whole',
      min: 0,
      max: PORT_MAX,
      default: 5000,
      defaultText: '5000 or the next free port',
      summary: 'Exactly this port where it is set; 0 takes any free port',
    },
    DATA_DIR: { kind: 'text', defaultText: './data', example: './data', summary: 'Everything that is stored' },
    LOG_LEVEL: {
      kind: 'choice',
      values: LOG_LEVELS,
      default: 'info',
      summary: 'How much is logged: `fatal`, `error`, `warn`, `info`, `debug`, `trace` or `silent`',
    },
    CORS_ORIGINS: {
      kind: 'list',
      example: 'https://hall.example',
      summary: 'Other origins whose pages may use the API and the live stream, separated by commas',
    },
    TRUST_PROXY: {
      kind: 'list',
      example: '127.0.0.1,10.0.0.0/24',
      summary: 'Reverse proxies whose `X-Forwarded-*` headers are believed: addresses or networks',
    },
  },
  PostgreSQL: {
    DATABASE_URL: {
      kind: 'text',
      defaultText: 'embedded SQLite in DATA_DIR',
      example: 'postgres://gonsters:password@127.0.0.1:5432/gonsters',
      summary: 'PostgreSQL 15 or newer for users, machines, alerts, settings and audit',
      details:
        'Either the URL or its parts. With ?sslmode=verify-full over TLS; for a certificate authority of your own add ' +
        '&sslrootcert=/path/of/ca.pem or set NODE_EXTRA_CA_CERTS. A statement ends after 10 s; &statement_timeout= and ' +
        '&query_timeout= (the limit of the client, a little longer) in ms change that.',
    },
    POSTGRES_HOST: { kind: 'text', summary: 'The same by its parts, in place of `DATABASE_URL`' },
    POSTGRES_PORT: { kind: 'whole', min: 1, max: PORT_MAX, default: 5432, summary: 'Port of PostgreSQL' },
    POSTGRES_USER: { kind: 'text', defaultText: 'gonsters', example: 'gonsters', summary: 'User of PostgreSQL' },
    POSTGRES_PASSWORD: { kind: 'text', summary: 'Password of that user' },
    POSTGRES_DB: { kind: 'text', defaultText: 'gonsters', example: 'gonsters', summary: 'Name of the database' },
    POSTGRES_SSLMODE: {
      kind: 'choice',
      values: SSL_MODES,
      default: 'disable',
      summary: '`disable`, `require` (encrypted, whoever answers) or `verify-full` (the certificate must match)',
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
      summary: 'InfluxDB 1.8, 2.7 or 3 for readings',
      details: 'With a token, or with a user in the URL (http://user:password@host:8086).',
    },
    INFLUXDB_TOKEN: { kind: 'text', summary: 'Token of 2.x and 3.x' },
    INFLUXDB_ORG: { kind: 'text', summary: 'Organisation of 2.x' },
    INFLUXDB_BUCKET: {
      kind: 'text',
      defaultText: 'gonsters',
      example: 'gonsters',
      summary: 'Bucket of 2.x, database of 1.x and 3.x',
      details: 'It is created where it does not exist and the user may create it.',
    },
    INFLUXDB_TIMEOUT: {
      kind: 'whole',
      min: 1,
      max: 30,
      default: 10,
      summary: 'Seconds after which an InfluxDB that does not answer is considered unavailable',
      details: 'Then HTTP answers 503, and MQTT clients keep what was not acknowledged.',
    },
  },
  'Several servers': {
    REDIS_URL: {
      kind: 'text',
      example: 'redis://user:password@127.0.0.1:6379/0',
      summary: 'Redis 7 or Valkey, through which the nodes of a plant hear of each other',
      details:
        'Each node needs the same DATABASE_URL (or POSTGRES_*), INFLUXDB_URL, REDIS_URL and JWT_SECRET_KEY, and a DATA_DIR of ' +
        'its own. rediss:// for TLS (certificate authority of your own: NODE_EXTRA_CA_CERTS).',
    },
    GONSTERS_ROLE: {
      kind: 'choice',
      values: NODE_ROLES,
      default: 'all',
      summary: '`ingest` only takes readings, `web` does everything but MQTT',
    },
  },
  'Embedded MQTT broker': {
    MQTT_PORT: {
      kind: 'text',
      defaultText: '1883 or the next free port',
      example: '1883',
      summary: 'Exactly this port where it is set; 0 takes any free port, `off` runs no broker',
    },
    MQTT_HOST: {
      kind: 'text',
      defaultText: 'loopback until gateways exist, then every interface',
      summary: 'Interface of the broker',
    },
    MQTT_ALLOW_ANONYMOUS: {
      kind: 'flag',
      default: false,
      summary: 'Lets anybody on the network publish; only for closed networks',
    },
    MQTT_TLS_CERT: { kind: 'pem', summary: 'Certificate for MQTT over TLS: PEM text or the path of a PEM file' },
    MQTT_TLS_KEY: { kind: 'pem', summary: 'Key of that certificate; both must be set, or neither' },
    MQTT_MAX_PACKET_BYTES: {
      kind: 'whole',
      min: 1024,
      max: 16_777_216,
      default: 262_144,
      summary: 'Larger packets are refused before they are read',
    },
  },
  'MQTT topics and external broker': {
    MQTT_TOPIC: {
      kind: 'list',
      defaultText: 'both layouts',
      example: 'gonsters/sensors/#,factory/+/machine/+/telemetry',
      summary: 'Topics that are taken, separated by commas',
    },
    MQTT_BROKER_HOST: {
      kind: 'text',
      summary: 'An external broker; the embedded one does not run then',
      details: 'mqtts://host for TLS, on port 8883 (certificate authority of your own: NODE_EXTRA_CA_CERTS).',
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
      summary: 'Seconds; a broker that is silent for half as long again is considered gone',
    },
    MQTT_CLIENT_ID: {
      kind: 'text',
      defaultText: 'gonsters-ID, with the id kept in DATA_DIR',
      summary: 'Must stay the same over restarts, and differ between nodes',
    },
  },
  'Access and devices': {
    JWT_SECRET_KEY: {
      kind: 'text',
      defaultText: 'made and kept in development',
      summary: 'Signs access tokens: at least 32 bytes',
      details: 'Must be set in production, and with REDIS_URL.',
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
      defaultText: 'a one-time password, printed once',
      summary: 'First Management user of a production installation',
    },
    ADMIN_PASSWORD: { kind: 'text', summary: 'Password of that user; both must be set, or neither' },
    ALLOW_REGISTRATION: { kind: 'flag', default: true, summary: 'Whether people may register themselves, as Operator' },
    AUTO_PROVISION: {
      kind: 'choice',
      values: PROVISION_MODES,
      default: 'off',
      summary: 'Readings of unknown machines: `off` rejects them, `approve` asks people, `on` creates the machine',
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
