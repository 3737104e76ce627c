// The logger. It writes JSON lines to standard error, or readable lines if standard error is a terminal. Standard
// output is reserved for the ready line.

import { destination, type Logger as PinoLogger, pino } from 'pino';

/** Loaded only for a terminal. */
const pretty = process.stderr.isTTY ? (await import('pino-pretty')).default : null;

export type Logger = PinoLogger;

export function createLogger(level: string): Logger {
  const options = {
    level,
    base: null,
    redact: {
      paths: ['password', 'token', 'access_token', 'refresh_token', 'authorization', '*.password', '*.authorization'],
      censor: '[hidden]',
    },
  };
  const stderr = 2;
  return pretty !== null
    ? pino(
        options,
        pretty({
          destination: stderr,
          sync: true,
          ignore: 'pid,hostname',
          translateTime: 'HH:MM:ss',
        }),
      )
    : pino(options, destination({ dest: stderr, sync: false }));
}

/** For tests, and for commands that print their own messages. */
export const silentLogger: Logger = pino({ level: 'silent' });
