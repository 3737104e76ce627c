// The logger. It writes JSON lines to standard error, or readable lines if standard error is a terminal. Standard
// output is reserved for the ready line.

import { destination, type Logger as PinoLogger, pino } from 'pino';
import pretty from 'pino-pretty';

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
  return process.stderr.isTTY
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
