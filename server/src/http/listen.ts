// Listens on the configured port, or on the next free port from the default one.

import type { Config } from '../config.ts';
import { AppError } from '../errors.ts';
import type { Logger } from '../log.ts';
import type { HttpApp } from './http-app.ts';

const MAX_ATTEMPTS = 50;

/** Rejects with `invalid_configuration` if PORT is set and in use. */
export async function listenOnFreePort(
  app: HttpApp,
  config: Pick<Config, 'host' | 'port' | 'portFixed'>,
  log: Logger,
): Promise<{ host: string; port: number }> {
  const { host, port: firstPort, portFixed } = config;
  for (let port = firstPort; ; port++) {
    try {
      await app.listen({ host, port });
      break;
    } catch (cause) {
      if ((cause as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw cause;
      if (portFixed) {
        throw new AppError('invalid_configuration', `Another program uses port ${port}; choose another PORT`, {
          cause,
        });
      }
      if (port - firstPort >= MAX_ATTEMPTS) throw cause;
      log.warn(`Another program uses port ${port}; trying ${port + 1}`);
    }
  }
  const { port } = app.server.address() as { port: number };
  return { host, port };
}
