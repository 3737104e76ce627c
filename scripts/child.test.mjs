import { spawn } from 'node:child_process';
import { describe, expect, it } from 'vitest';

const CHILD = new URL('./child.mjs', import.meta.url).href;
/** Says which signals it got and ends by itself a moment after the first. */
const SERVER = `
  process.on('SIGTERM', () => { console.log('got SIGTERM'); setTimeout(() => process.exit(0), 200); });
  process.on('SIGINT', () => console.log('got SIGINT'));
  setInterval(() => undefined, 1000);
  console.log('ready');`;
const PARENT = `
  import { interrupted, runNode } from ${JSON.stringify(CHILD)};
  const code = await runNode(['-e', ${JSON.stringify(SERVER)}]);
  console.log('ended', code, interrupted);`;

describe('a command that was told to end', () => {
  it.each(['SIGINT', 'SIGTERM'])('passes %s on once, however often it comes at once, and waits', async (signal) => {
    const parent = spawn(process.execPath, ['--input-type=module', '-e', PARENT], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let output = '';
    parent.stdout.on('data', (chunk) => {
      output += chunk;
      if (chunk.toString().includes('ready')) for (let i = 0; i < 3; i++) parent.kill(signal);
    });
    const code = await new Promise((resolve) => parent.once('close', resolve));
    expect({ code, output }).toEqual({ code: 0, output: 'ready\ngot SIGTERM\nended 0 true\n' });
  });
});
