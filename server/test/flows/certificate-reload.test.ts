// A certificate is replaced while the server runs: SIGHUP reads it again, ends nothing, and its expiry is told.

import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { connect } from 'node:tls';
import mqtt from 'mqtt';
import { expect, it, onTestFinished, vi } from 'vitest';
import { temporaryDirectory } from '../support/temporary-directory.ts';
import { makeCertificate } from './support/make-certificate.ts';
import { startUntilFinished } from './support/process-plant.ts';

/** The fingerprint of the certificate that a new connection gets. */
async function shownAt(port: number): Promise<string> {
  const socket = connect({ port, host: '127.0.0.1', rejectUnauthorized: false });
  await once(socket, 'secureConnect');
  const { fingerprint256 } = socket.getPeerCertificate();
  socket.destroy();
  return fingerprint256;
}

it('SIGHUP brings a new certificate to new connections, and keeps the open ones', { timeout: 60_000 }, async () => {
  const directory = await temporaryDirectory();
  const files = { MQTT_TLS_CERT: join(directory, 'cert.pem'), MQTT_TLS_KEY: join(directory, 'key.pem') };
  const write = async (days: number) => {
    const { cert, key } = makeCertificate({ days });
    await writeFile(files.MQTT_TLS_KEY, key);
    await writeFile(files.MQTT_TLS_CERT, cert);
  };
  await write(10.5);
  const server = await startUntilFinished(await temporaryDirectory(), files);
  const port = Number(new URL(server.mqtt).port);
  const ready = async () => (await fetch(`${server.http}/health/ready`)).json();
  expect(await ready()).toMatchObject({
    status: 'degraded',
    parts: { certificate: 'degraded' },
    reasons: { certificate: 'The certificate of the MQTT listener expires in 10 days.' },
    certificates: [{ used_for: 'mqtt', days_left: 10, expires_at: expect.any(String) }],
  });
  expect(await (await fetch(`${server.http}/metrics`)).text()).toMatch(/^gonsters_certificate_days_left 10$/m);

  const client = await mqtt.connectAsync(server.mqtt, { rejectUnauthorized: false, reconnectPeriod: 0 });
  onTestFinished(() => void client.end(true));
  const before = await shownAt(port);
  await write(90.5);
  server.process.kill('SIGHUP');
  await vi.waitFor(async () => expect(await shownAt(port)).not.toBe(before), { timeout: 10_000, interval: 50 });
  expect(await ready()).toMatchObject({ status: 'ready', certificates: [{ days_left: 90 }] });
  expect(client.connected).toBe(true);
  expect(await server.end('SIGTERM')).toBe(0);
});

it('SIGHUP does not end a server without TLS', { timeout: 60_000 }, async () => {
  const server = await startUntilFinished(await temporaryDirectory());
  server.process.kill('SIGHUP');
  const body = (await (await fetch(`${server.http}/health/ready`)).json()) as Record<string, unknown>;
  expect(body.status).toBe('ready');
  expect(body).not.toHaveProperty('certificates');
  expect(await server.end('SIGTERM')).toBe(0);
});
