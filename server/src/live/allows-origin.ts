// Which web pages may open a live connection: our own, and those of CORS_ORIGINS.

import type { IncomingMessage } from 'node:http';

/** A client that is no browser sends no Origin and is let in: its token decides. */
export function allowsOrigin(headers: IncomingMessage['headers'], corsOrigins: readonly string[]): boolean {
  const { origin, host } = headers;
  if (origin === undefined) return true;
  if (corsOrigins.includes(origin)) return true;
  return URL.canParse(origin) && host !== undefined && new URL(origin).host === host.toLowerCase();
}
