import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readConfig } from './config.ts';
import { AppError } from './errors.ts';

const faultsOf = (env: Record<string, string>) => {
  try {
    readConfig(env);
    return [];
  } catch (error) {
    expect(error).toBeInstanceOf(AppError);
    return (error as AppError).faults.map((fault) => fault.parameter);
  }
};

describe('readConfig', () => {
  it('has defaults for an empty environment, on loopback only', () => {
    const config = readConfig({});
    expect(config).toMatchObject({
      environment: 'development',
      host: '127.0.0.1',
      port: 5000,
      portFixed: false,
      accessTokenSeconds: 3600,
      refreshTokenSeconds: 86_400,
      allowRegistration: true,
      autoProvision: 'off',
    });
    expect(config.mqtt.broker).toMatchObject({
      host: null,
      port: 1883,
      portFixed: false,
      allowAnonymous: false,
      tls: null,
    });
  });

  it('reports every fault at once', () => {
    expect(
      faultsOf({
        NODE_ENV: 'staging',
        PORT: '70000',
        LOG_LEVEL: 'loud',
        CORS_ORIGINS: 'https://ok.example, nonsense',
        JWT_SECRET_KEY: 'short',
        JWT_ACCESS_TOKEN_EXPIRES: '-1',
        ALLOW_REGISTRATION: 'maybe',
        AUTO_PROVISION: 'sometimes',
        MQTT_PORT: 'x',
        MQTT_TLS_CERT: '-----BEGIN CERTIFICATE-----',
        ADMIN_USERNAME: 'root',
        MQTT_TLS_KEY_FILE: '/no/such/file',
        GONSTERS_ROLE: 'half',
        REDIS_URL: 'http://127.0.0.1',
      }).sort(),
    ).toEqual(
      [
        'ADMIN_USERNAME',
        'ALLOW_REGISTRATION',
        'AUTO_PROVISION',
        'CORS_ORIGINS',
        'GONSTERS_ROLE',
        'REDIS_URL',
        'JWT_ACCESS_TOKEN_EXPIRES',
        'JWT_SECRET_KEY',
        'LOG_LEVEL',
        'MQTT_PORT',
        'MQTT_TLS_CERT',
        'MQTT_TLS_KEY_FILE',
        'NODE_ENV',
        'PORT',
      ].sort(),
    );
  });

  it('requires a secret in production', () => {
    expect(faultsOf({ NODE_ENV: 'production' })).toEqual(['JWT_SECRET_KEY']);
    expect(faultsOf({ NODE_ENV: 'production', JWT_SECRET_KEY: 'x'.repeat(32) })).toEqual([]);
  });

  it('takes a mail server with its sender, and an address of the page without a slash at its end', () => {
    const from = 'GONSTERS <alarms@plant.example>';
    expect(readConfig({})).toMatchObject({ mailServer: null, publicUrl: null });
    expect(
      readConfig({
        SMTP_URL: 'smtps://ann:p%40ss@mail.plant',
        SMTP_FROM: from,
        PUBLIC_URL: 'https://hall.example/mon/',
      }),
    ).toMatchObject({
      mailServer: { url: 'smtps://ann:p%40ss@mail.plant', from },
      publicUrl: 'https://hall.example/mon',
    });
    expect(faultsOf({ SMTP_URL: 'smtp://127.0.0.1' })).toEqual(['SMTP_FROM']);
    expect(faultsOf({ SMTP_FROM: 'a@b.example' })).toEqual(['SMTP_FROM']);
    expect(faultsOf({ SMTP_URL: 'mail.plant:25', SMTP_FROM: 'a@b.example' })).toEqual(['SMTP_URL']);
    expect(faultsOf({ SMTP_URL: 'smtp://m', SMTP_FROM: 'a@b.example\r\nBcc: x@y.example' })).toEqual(['SMTP_FROM']);
    expect(faultsOf({ SECRETS_KEY: 'short', NOTIFY_ALLOWED_NETWORKS: '10.0.0.0/33,10.0.0.1,fd00::/8,hall' })).toEqual([
      'SECRETS_KEY',
      ...['NOTIFY_ALLOWED_NETWORKS', 'NOTIFY_ALLOWED_NETWORKS'],
    ]);
    for (const url of ['hall.example', 'ftp://hall.example', 'https://hall.example/?a=b']) {
      expect(faultsOf({ PUBLIC_URL: url })).toEqual(['PUBLIC_URL']);
    }
  });

  it('accepts InfluxDB with a token or with a user in the URL, and no other INFLUXDB variable without the URL', () => {
    expect(readConfig({}).influxdb).toBeNull();
    const nobody = { org: null, token: null, username: null, password: null, answerWithinMs: 10_000 };
    expect(readConfig({ INFLUXDB_URL: 'http://influx.plant:8086/' }).influxdb).toEqual({
      ...nobody,
      url: 'http://influx.plant:8086',
      bucket: 'gonsters',
    });
    const user = { INFLUXDB_URL: 'https://ann:p%40ss@influx.plant/behind/proxy/', INFLUXDB_BUCKET: 'plant' };
    expect(readConfig(user).influxdb).toEqual({
      ...nobody,
      url: 'https://influx.plant/behind/proxy',
      bucket: 'plant',
      username: 'ann',
      password: 'p@ss',
    });
    const token = { INFLUXDB_URL: 'http://influx.plant:8086', INFLUXDB_TOKEN: 't', INFLUXDB_ORG: 'plant' };
    expect(readConfig(token).influxdb).toMatchObject({ token: 't', org: 'plant', username: null });
    expect(faultsOf({ ...user, INFLUXDB_TOKEN: 't' })).toEqual(['INFLUXDB_TOKEN']);
    for (const wrong of ['influx.plant:8086', 'mqtt://influx.plant', 'http://influx.plant?db=x']) {
      expect(faultsOf({ INFLUXDB_URL: wrong })).toEqual(['INFLUXDB_URL']);
    }
    expect(faultsOf({ INFLUXDB_TOKEN: 't', INFLUXDB_BUCKET: 'b' })).toEqual(['INFLUXDB_TOKEN', 'INFLUXDB_BUCKET']);
  });

  it('accepts a URL of Redis only together with a signing key', () => {
    const JWT_SECRET_KEY = 'x'.repeat(32);
    expect(readConfig({}).redis).toBeNull();
    for (const url of ['redis://cache.plant', 'rediss://user:secret@cache.plant:6380/2']) {
      expect(readConfig({ REDIS_URL: url, JWT_SECRET_KEY }).redis).toEqual({ url });
    }
    expect(faultsOf({ REDIS_URL: 'redis://cache.plant' })).toEqual(['JWT_SECRET_KEY']);
    for (const url of ['cache.plant:6379', 'redis://', 'redis://cache.plant/plant', 'https://cache.plant']) {
      expect(faultsOf({ REDIS_URL: url, JWT_SECRET_KEY })).toEqual(['REDIS_URL']);
    }
  });

  it('runs no MQTT on a node with the role web', () => {
    const { role, mqtt } = readConfig({ GONSTERS_ROLE: 'web', MQTT_BROKER_HOST: 'broker.plant' });
    expect([role, mqtt.broker, mqtt.externalBroker]).toEqual(['web', null, null]);
  });

  it('accepts PostgreSQL as a URL or as single variables, not both, and none of them without a host', () => {
    expect(readConfig({}).postgres).toBeNull();
    const url = 'postgres://gonsters:secret@db.plant:5432/gonsters?sslmode=verify-full';
    expect(readConfig({ DATABASE_URL: url }).postgres).toEqual({ url });
    expect(readConfig({ POSTGRES_HOST: 'db.plant', POSTGRES_PASSWORD: 'secret' }).postgres).toEqual({
      host: 'db.plant',
      port: 5432,
      user: 'gonsters',
      password: 'secret',
      database: 'gonsters',
    });
    expect(faultsOf({ DATABASE_URL: 'mysql://db' })).toEqual(['DATABASE_URL']);
    expect(faultsOf({ DATABASE_URL: url, POSTGRES_HOST: 'db.plant' })).toEqual(['POSTGRES_HOST']);
    expect(faultsOf({ POSTGRES_USER: 'gonsters' })).toEqual(['POSTGRES_USER']);
  });

  it('connects to PostgreSQL over TLS if the variables say so', () => {
    const host = { POSTGRES_HOST: 'db.plant' };
    const ca = '-----BEGIN CERTIFICATE-----\n';
    expect(readConfig({ ...host, POSTGRES_SSLMODE: 'disable' }).postgres).not.toHaveProperty('ssl');
    expect(readConfig({ ...host, POSTGRES_SSLMODE: 'require' }).postgres).toMatchObject({
      ssl: { rejectUnauthorized: false },
    });
    expect(readConfig({ ...host, POSTGRES_SSLMODE: 'verify-full', POSTGRES_SSLROOTCERT: ca }).postgres).toMatchObject({
      ssl: { rejectUnauthorized: true, ca },
    });
    expect(faultsOf({ ...host, POSTGRES_SSLMODE: 'prefer' })).toEqual(['POSTGRES_SSLMODE']);
    expect(faultsOf({ ...host, POSTGRES_SSLROOTCERT: ca })).toEqual(['POSTGRES_SSLROOTCERT']);
    expect(faultsOf({ POSTGRES_SSLMODE: 'require', POSTGRES_SSLROOTCERT: ca })).toEqual([
      'POSTGRES_SSLMODE',
      'POSTGRES_SSLROOTCERT',
    ]);
  });

  it('uses an external broker instead of the embedded one', () => {
    expect(readConfig({ MQTT_BROKER_HOST: 'broker.plant', MQTT_CLIENT_ID: 'node-1' }).mqtt).toMatchObject({
      broker: null,
      externalBroker: { host: 'broker.plant', port: 1883, tls: false, qos: 1, clientId: 'node-1', username: null },
    });
    expect(readConfig({ MQTT_BROKER_HOST: 'mqtts://broker.plant', MQTT_QOS: '2' }).mqtt.externalBroker).toMatchObject({
      port: 8883,
      tls: true,
      qos: 2,
    });
    expect(faultsOf({ MQTT_BROKER_HOST: 'http://broker plant', MQTT_QOS: '3' })).toEqual([
      'MQTT_BROKER_HOST',
      'MQTT_QOS',
    ]);
  });

  it('reads secrets from files, and refuses both at once', () => {
    const file = join(mkdtempSync(join(tmpdir(), 'config-')), 'secret');
    writeFileSync(file, `${'s'.repeat(40)}\n`);
    expect(readConfig({ JWT_SECRET_KEY_FILE: file }).jwtSecret).toBe('s'.repeat(40));
    expect(faultsOf({ JWT_SECRET_KEY_FILE: file, JWT_SECRET_KEY: 'y'.repeat(40) })).toEqual(['JWT_SECRET_KEY']);
  });

  it('accepts `off` for the broker, and 0 for any free port', () => {
    expect(readConfig({ MQTT_PORT: 'off' }).mqtt.broker).toBeNull();
    expect(readConfig({ MQTT_PORT: '0', PORT: '0' })).toMatchObject({ port: 0, portFixed: true });
    expect(readConfig({ MQTT_TOPIC: 'a/#, b/+' }).mqtt.topics).toEqual(['a/#', 'b/+']);
  });

  it('reads TLS material as text or from a path', () => {
    const directory = mkdtempSync(join(tmpdir(), 'config-'));
    writeFileSync(join(directory, 'cert.pem'), '-----BEGIN CERTIFICATE-----\n');
    const config = readConfig({
      MQTT_TLS_CERT: join(directory, 'cert.pem'),
      MQTT_TLS_KEY: '-----BEGIN PRIVATE KEY-----',
    });
    expect(config.mqtt.broker?.tls).toEqual({
      cert: { text: '-----BEGIN CERTIFICATE-----\n', file: join(directory, 'cert.pem') },
      key: { text: '-----BEGIN PRIVATE KEY-----', file: null },
      ca: null,
    });
    writeFileSync(join(directory, 'ca.pem'), '-----BEGIN CERTIFICATE-----\nca');
    const withAuthority = readConfig({
      MQTT_TLS_CERT: join(directory, 'cert.pem'),
      MQTT_TLS_KEY: '-----BEGIN PRIVATE KEY-----',
      MQTT_TLS_CA_FILE: join(directory, 'ca.pem'),
    });
    expect(withAuthority.mqtt.broker?.tls?.ca).toEqual({
      text: '-----BEGIN CERTIFICATE-----\nca',
      file: join(directory, 'ca.pem'),
    });
    expect(faultsOf({ MQTT_TLS_CA: '-----BEGIN CERTIFICATE-----' })).toEqual(['MQTT_TLS_CA']);
    expect(faultsOf({ MQTT_TLS_CERT: 'nowhere.pem', MQTT_TLS_KEY: 'nowhere.pem' })).toEqual([
      'MQTT_TLS_CERT',
      'MQTT_TLS_KEY',
    ]);
  });
});
