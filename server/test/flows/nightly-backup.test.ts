// The nightly backup as it is documented and shipped, run as cron and systemd run it, on a real installation.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { mkdir, readdir, utimes, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { text } from 'node:stream/consumers';
import { describe, expect, onTestFinished, test } from 'vitest';
import { MAIN, type RunningServer, request } from '../support/start-process.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';
import { newestStored } from './support/newest-stored.ts';
import { addPress, startUntilFinished } from './support/process-plant.ts';

const ROOT = resolve(import.meta.dirname, '../../..');
const read = (path: string) => readFileSync(join(ROOT, path), 'utf8');
const CRON = { HOME: '/', LOGNAME: 'root', SHELL: '/bin/sh', PATH: '/usr/bin:/bin' };
const NIGHTLY = /^nightly-\d{4}-\d\d-\d\d\.tar$/;
const OLD = ['nightly-2020-01-01.tar', 'before-upgrade.tar'];

/** The environment of a shell, without the variables of the tests. */
async function sh(command: string, env: Record<string, string> = CRON) {
  const child = spawn('/bin/sh', ['-c', command], { env, cwd: '/', stdio: ['ignore', 'pipe', 'pipe'] });
  onTestFinished(() => void child.kill('SIGKILL'));
  const [out, told] = await Promise.all([text(child.stdout), text(child.stderr)]);
  return { code: child.exitCode ?? (await once(child, 'exit'))[0], out, told };
}

/** The installation that debian-servers.sh makes, below a temporary directory. */
async function install() {
  const directory = await temporaryDirectory();
  const at = { sbin: join(directory, 'sbin'), etc: join(directory, 'etc'), data: join(directory, 'data') };
  const backups = join(directory, 'backups');
  for (const folder of [...Object.values(at), backups]) await mkdir(folder);
  const settings = join(at.etc, 'gonsters.env');
  const setUp = (port: string) =>
    writeFile(settings, `NODE_ENV=development\nLOG_LEVEL=warn\nJWT_SECRET_KEY=${'x'.repeat(32)}\nPORT=${port}\n`);
  await setUp('0');
  /** Replaces the paths and the user of the system by those of the test. */
  const here = (command: string) =>
    command
      .replaceAll('/usr/local/sbin/', `${at.sbin}/`)
      .replaceAll('/var/backups/gonsters', backups)
      .replaceAll('/var/lib/gonsters', at.data)
      .replaceAll('/etc/gonsters/gonsters.env', settings)
      .replaceAll('/usr/bin/node /opt/gonsters/server/dist/main.js', `${process.execPath} ${MAIN}`);
  const [, made = ''] =
    /^(cat >\/usr\/local\/sbin\/gonsters <<TEXT\n.*?\nTEXT\n)/ms.exec(read('scripts/debian-servers.sh')) ?? [];
  const variables = `settings=${settings}; node=${process.execPath}; root=${ROOT}\n`;
  // Only root can run it as another user.
  const user = process.getuid?.() === 0 ? 'runuser -u root --' : 'env --';
  expect((await sh(variables + here(made).replace('runuser -u gonsters --', user))).code).toBe(0);
  expect((await sh(`chmod 0755 ${at.sbin}/gonsters`)).code).toBe(0);
  for (const name of OLD) {
    await writeFile(join(backups, name), '');
    await utimes(join(backups, name), 1_600_000_000, 1_600_000_000);
  }
  const server = await startUntilFinished(at.data, { JWT_SECRET_KEY: 'x'.repeat(32) });
  await storeReading(server);
  return { ...at, backups, here, setUp, server, settings };
}

async function storeReading(server: RunningServer): Promise<void> {
  const { machineId, token } = await addPress(server);
  const readings = [{ timestamp: new Date().toISOString(), temperature: 60 }];
  const batch = [{ machine_id: machineId, sensor_type: 'press', location: 'Hall A', readings }];
  const body = { gateway_id: 'gw-1', timestamp: new Date().toISOString(), batch };
  expect((await request(server.http, token, 'POST', '/data/ingest', body)).status).toBe(201);
}

/** The command of the documented crontab line, as cron passes it to the shell. */
function cronCommand(): string {
  const [, line = ''] = /^30 2 \* \* \* root (.*)$/m.exec(read('docs/operations.md')) ?? [];
  return line.replaceAll('\\%', '%');
}

/** The commands of the unit, as systemd reads them, and their environment. */
function unitCommands(): string {
  const unit = read('deploy/gonsters-backup.service');
  const value = (name: string) =>
    [...unit.matchAll(new RegExp(`^${name}=(.*)$`, 'gm'))].map((match) => match[1] as string);
  const commands = value('ExecStart').map((each) => each.replaceAll('%%', '%').replaceAll('$$', '$'));
  const variables = [`set -a; . ${value('EnvironmentFile')[0]}; set +a`, `export ${value('Environment')[0]}`];
  return [...variables, `cd ${value('WorkingDirectory')[0]}`, ...commands].join(' && ');
}

describe.each([
  ['cron', cronCommand],
  ['the timer', unitCommands],
])('the nightly backup by %s', (_by, command) => {
  test('is written while the server runs, can be restored, and replaces backups older than two weeks', async () => {
    const { here, backups, data, server } = await install();
    expect(command()).not.toBe('');
    expect(await sh(here(command()))).toMatchObject({ code: 0 });
    const made = (await readdir(backups)).filter((name) => NIGHTLY.test(name));
    expect(made).toHaveLength(1);
    expect(made).not.toContain(OLD[0]);
    expect(await readdir(backups)).toContain('before-upgrade.tar');
    await server.end('SIGTERM');

    const restored = join(data, '..', 'restored');
    const program = `DATA_DIR=${restored} ${process.execPath} ${MAIN}`;
    expect(await sh(`${program} restore ${join(backups, made[0] as string)}`)).toMatchObject({ code: 0 });
    const verified = await sh(`${program} verify`);
    expect(JSON.parse(verified.out)).toMatchObject({ faults: [] });
    expect(await newestStored(restored)).toBe(1);
  }, 120_000);

  test('is written while the server is stopped; a failure is reported, and no older backup is deleted', async () => {
    const { here, backups, server, setUp } = await install();
    await server.end('SIGTERM');
    await setUp('none');
    const failed = await sh(here(command()));
    expect(failed.told).toContain('The configuration is not valid');
    if (command === cronCommand) expect(failed.told).toContain('The nightly backup failed');
    else expect(failed.code).not.toBe(0);
    expect((await readdir(backups)).sort()).toEqual([...OLD].sort());
    await setUp('0');
    expect(await sh(here(command()))).toMatchObject({ code: 0 });
    expect((await readdir(backups)).filter((name) => NIGHTLY.test(name))).toHaveLength(1);
  }, 120_000);
});
