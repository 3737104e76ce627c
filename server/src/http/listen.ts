// Finds a port: the one that was asked for or none, the default one or the next free one.

import type { Config } from '../config.ts';
import { AppError } from '../errors.ts';
import type { Logger } from '../log.ts';
import type { HttpApp } from './http-app.ts';

const TRIES = 50;

export async function listenOnFreePort(
  app: HttpApp,
  config: Pick<Config, 'host' | 'port' | 'portFixed'>,
  log: Logger,
): Promise<{ host: string; port: number }> {
  const { host, port: wanted, portFixed } = config;
  for (let port = wanted; ; port++) {
    try {
      await app.listen({ host, port });
      break;
    } catch (cause) {
      if ((cause as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw cause;
      if (portFixed) {
        throw new AppError('invalid_configuration', `PORT ${port} is used by another program`, { cause });
      }
      if (port - wanted >= TRIES) throw cause;
      log.warn(`Port ${port} is used by another program; trying ${port + 1}`);
    }
  }
  const { port } = app.server.address() as { port: number };
  return { host, port };
}
