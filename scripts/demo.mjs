// The demo: the server on its embedded engines, and simulated machines that publish to it over MQTT.

import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { interrupted, startChild } from './child.mjs';
import { ROOT, say } from './setup.mjs';

/** Eleven sample machines, and a line of eight, each of another type. */
const MACHINES = 19;
export const SIGN_IN = { username: 'manager1', password: 'Password123!' };

/** Resolves with the server's exit code once everything has ended. */
export async function demo() {
  const server = startChild(process.execPath, [join(ROOT, 'server/dist/main.js'), 'start'], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, NODE_ENV: 'development' },
  });
  let simulator = null;
  const lines = createInterface({ input: server.child.stdout });
  lines.on('line', (line) => {
    process.stdout.write(`${line}\n`);
    const ready = readyFrom(line);
    if (ready === null || simulator !== null || interrupted) return;
    welcome(ready);
    simulator = simulate(ready);
    void sayWhenItEnds(simulator.close);
  });

  const code = await server.close;
  if (simulator !== null) {
    simulator.child.kill('SIGTERM');
    await simulator.close;
  }
  return code;
}

async function sayWhenItEnds(close) {
  const code = await close.catch(() => 1);
  if (code !== 0 && !interrupted) say('The simulation has ended early; the server goes on. Ctrl-C ends it.');
}

/** The ready line of the server; null for any other line. */
export function readyFrom(line) {
  try {
    const message = JSON.parse(line);
    return message.event === 'ready' ? message : null;
  } catch {
    return null;
  }
}

/** Starts the simulated machines of the demo against a server that is ready. */
export function simulate({ http, mqtt }) {
  const broker = mqtt ? ['--via', 'mqtt', '--mqtt', mqtt] : ['--via', 'http'];
  const options = [
    '--machines',
    String(MACHINES),
    '--metrics',
    'all',
    '--backfill',
    '2h',
    '--url',
    http,
    '--quiet',
    ...broker,
  ];
  return startChild(process.execPath, [join(ROOT, 'simulator/dist/main.js'), ...options], {
    // Standard output belongs to the server's ready line.
    stdio: ['ignore', 'ignore', 'inherit'],
  });
}

function welcome({ http, mqtt }) {
  say(`
  GONSTERS is running

    Open      ${http}
    Sign in   ${SIGN_IN.username} / ${SIGN_IN.password}   (also supervisor1 and operator1)
    Publish   ${mqtt ?? 'over HTTP only'}

  ${MACHINES} simulated machines of ten types send one reading a second. Ctrl-C ends everything.
`);
}
