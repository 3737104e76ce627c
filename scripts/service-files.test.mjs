import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ROOT } from './setup.mjs';

const unit = readFileSync(join(ROOT, 'deploy/gonsters.service'), 'utf8');
const script = join(ROOT, 'scripts/debian-servers.sh');
let directory;

beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'gonsters-service-'));
});
afterAll(() => rmSync(directory, { recursive: true, force: true }));

// Where systemd is not installed nothing can tell; the other tests stand.
const hasSystemd = !spawnSync('systemd-analyze', ['--version']).error;

describe.each(['gonsters.service', 'gonsters-backup.service', 'gonsters-backup.timer'])('%s', (name) => {
  it.skipIf(!hasSystemd)('says nothing that systemd does not understand', () => {
    const copy = (file) => {
      const text = readFileSync(join(ROOT, 'deploy', file), 'utf8');
      // Any program and user that are there: it looks whether they are.
      const there = text.replaceAll('/usr/bin/node', '/bin/true').replace(/^(User|Group)=.*$/gm, '$1=root');
      writeFileSync(join(directory, file), there);
      return join(directory, file);
    };
    copy('gonsters-backup.service');
    const { status, stderr } = spawnSync('systemd-analyze', ['verify', copy(name)], { encoding: 'utf8' });
    expect({ status, complaints: stderr.split('\n').filter((line) => line.includes(name)) }).toEqual({
      status: 0,
      complaints: [],
    });
  });
});

describe('gonsters.service', () => {
  const value = (name) => new RegExp(`^${name}=(.*)$`, 'm').exec(unit)?.[1];

  it('leaves the server the ten seconds that it may take to end, and one signal', () => {
    expect(Number(value('TimeoutStopSec'))).toBeGreaterThan(10);
    expect(value('KillMode')).toBe('mixed');
  });

  it('is no root, sees no homes and writes only where its data is', () => {
    expect(unit).toMatch(/^User=gonsters$/m);
    expect(unit).toMatch(/^ProtectSystem=strict$/m);
    expect(unit).toMatch(/^ProtectHome=yes$/m);
    expect(value('Environment')).toBe(`DATA_DIR=/var/lib/${value('StateDirectory')}`);
  });
});

describe('debian-servers.sh', () => {
  const run = (...args) => {
    writeFileSync(join(directory, 'id'), '#!/bin/sh\necho 1000\n', { mode: 0o755 });
    const env = { PATH: `${directory}:${process.env.PATH}` };
    return spawnSync('sh', [script, ...args], { env, encoding: 'utf8' });
  };

  it('does nothing as an ordinary user, and says what to do', () => {
    expect(run()).toMatchObject({ status: 1, stderr: expect.stringContaining('sudo') });
  });

  it('takes from our file what a set-up of an older version says nothing about: how often the queue is saved', () => {
    const [, command] = /^ *(sed .+gonsters\.conf") >>.+$/m.exec(readFileSync(script, 'utf8')) ?? [];
    const { stdout } = spawnSync('sh', ['-c', command], { env: { ...process.env, root: ROOT }, encoding: 'utf8' });
    expect(stdout.split('\n').filter((line) => line !== '' && !line.startsWith('#'))).toEqual(['autosave_interval 30']);
  });

  it('explains itself where it is told what it does not know', () => {
    expect(run('--help')).toMatchObject({
      status: 2,
      stderr: expect.stringContaining('Usage: sudo scripts/debian-servers.sh'),
    });
  });

  it('finds the line of the unit that it puts the paths of the computer into', () => {
    expect(unit).toMatch(/^ExecStart=\/usr\/bin\/node \/opt\/gonsters\/server\/dist\/main\.js start$/m);
    expect(readFileSync(script, 'utf8')).toContain('/^ExecStart=/s#/usr/bin/node /opt/gonsters/#');
  });
});
