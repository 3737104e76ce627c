// Reads a cookie of a request.

import type { FastifyRequest } from 'fastify';

/** null where the browser has none of this name. */
export function cookieOf(request: FastifyRequest, name: string): string | null {
  const pairs = request.headers.cookie?.split(';') ?? [];
  const pair = pairs.find((each) => each.trim().startsWith(`${name}=`));
  return pair?.split('=')[1]?.trim() ?? null;
}
