import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { makeCertificate } from '../test/flows/support/make-certificate.ts';
import { readConfig, type TlsSources } from './config.ts';
import { silentLogger } from './log.ts';
import { TlsCertificate } from './tls-certificate.ts';

const clock = { nowMs: () => Date.now() };
let directory: string;
let open: TlsCertificate[];
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'gonsters-certificate-'));
  open = [];
});
afterEach(() => {
  for (const certificate of open) certificate.stop();
  rmSync(directory, { recursive: true, force: true });
});

const paths = () => ({ MQTT_TLS_CERT: join(directory, 'cert.pem'), MQTT_TLS_KEY: join(directory, 'key.pem') });
function write(days: number): void {
  const { cert, key } = makeCertificate({ days });
  writeFileSync(paths().MQTT_TLS_KEY, key);
  writeFileSync(paths().MQTT_TLS_CERT, cert);
}
function read(env: Record<string, string> = paths()): TlsCertificate {
  const sources = readConfig({ NODE_ENV: 'test', ...env }).mqtt.broker?.tls as TlsSources;
  const certificate = new TlsCertificate({ sources, clock, log: silentLogger });
  open.push(certificate);
  return certificate;
}

it.each([
  [22.5, 22, null],
  [21.5, 21, 'The certificate of the MQTT listener expires in 21 days.'],
  [1.5, 1, 'The certificate of the MQTT listener expires in 1 day.'],
  [-0.5, -1, 'The certificate of the MQTT listener has expired.'],
])('valid for %d days: %d whole days left, and the warning %s', (days, daysLeft, warning) => {
  write(days);
  expect(read()).toMatchObject({ daysLeft, warning });
});

it('is read again when its files change', async () => {
  write(30.5);
  const certificate = read();
  certificate.start();
  const changed = new Promise<void>((resolve) => certificate.onChange(resolve));
  write(100.5);
  await changed;
  expect(certificate.daysLeft).toBe(100);
});

it('stays in use where the new files are not valid or do not belong together', () => {
  write(30.5);
  const certificate = read();
  const changed = vi.fn();
  certificate.onChange(changed);
  writeFileSync(paths().MQTT_TLS_KEY, makeCertificate().key);
  certificate.reload();
  rmSync(paths().MQTT_TLS_CERT);
  certificate.reload();
  expect(certificate.daysLeft).toBe(30);
  expect(changed).not.toHaveBeenCalled();
});

it('may be text in the environment, which a reload leaves as it is', () => {
  const { cert, key } = makeCertificate({ days: 40.5 });
  const certificate = read({ MQTT_TLS_CERT: cert, MQTT_TLS_KEY: key });
  certificate.start();
  certificate.reload();
  expect(certificate.daysLeft).toBe(40);
});

it('refuses to start with a key of another certificate', () => {
  const sources = { MQTT_TLS_CERT: makeCertificate().cert, MQTT_TLS_KEY: makeCertificate().key };
  expect(() => read(sources)).toThrow(/MQTT_TLS_CERT, MQTT_TLS_KEY or MQTT_TLS_CA is not valid/);
});
