// `gonsters start`: runs the server until SIGTERM or SIGINT. SIGHUP makes it read its certificates again.

import { createApp } from '../app/app.ts';
import { readConfig } from '../config.ts';
import type { Environment } from '../environment.ts';
import { createLogger } from '../log.ts';

/** After this time the process ends even if the stop has not finished. A stop may take ten seconds. */
const STOP_WITHIN_MS = 9_500;
/** A terminal and a supervisor may both deliver the same signal. A second signal after this time ends the process at once. */
const SAME_SIGNAL_MS = 1_000;

export async function start(env: Environment): Promise<void> {
  const config = readConfig(env);
  const log = createLogger(config.logLevel);
  const app = createApp(config, { log, tell: (line) => process.stderr.write(`${line}\n`) });

  let stoppingSinceMs: number | null = null;
  const stop = (signal: string) => {
    if (stoppingSinceMs !== null) {
      if (Date.now() - stoppingSinceMs < SAME_SIGNAL_MS) return;
      log.warn({ signal }, 'Stopping at once');
      process.exit(1);
    }
    stoppingSinceMs = Date.now();
    log.info({ signal }, 'Stopping');
    setTimeout(() => {
      log.error('Stopping took too long');
      process.exit(1);
    }, STOP_WITHIN_MS).unref();
    app.stop().then(
      () => process.exit(0),
      (error) => {
        log.error({ err: error }, 'Stopping failed');
        process.exit(1);
      },
    );
  };
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
  // Also sent when a terminal is closed, which does not end the server.
  process.on('SIGHUP', () => app.reload());

  try {
    const ready = await app.start();
    process.stdout.write(`${JSON.stringify({ event: 'ready', ...ready })}\n`);
  } catch (error) {
    await app.stop();
    throw error;
  }
}
