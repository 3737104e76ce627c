// The cookie by which a browser is recognised at the next sign-in, so that it is judged apart from strangers who guess passwords. It
// signs nobody in.

import type { FastifyReply, FastifyRequest } from 'fastify';
import { cookieOf } from './cookies.ts';

const NAME = 'gonsters_device';
/** Over TLS. Browsers take this prefix only from the host itself, over TLS (RFC 6265bis, 4.1.3). */
const HOST_NAME = `__Host-${NAME}`;
/** Browsers keep cookies for 400 days at most (RFC 6265bis, 5.5). */
const MAX_AGE_SECONDS = 34_560_000;

/** null where the browser has none. */
export function deviceOf(request: FastifyRequest): string | null {
  return cookieOf(request, HOST_NAME) ?? cookieOf(request, NAME);
}

export function setDevice(request: FastifyRequest, reply: FastifyReply, device: string): void {
  const isSecure = request.protocol === 'https';
  reply.header(
    'Set-Cookie',
    `${isSecure ? HOST_NAME : NAME}=${device}; Path=/; Max-Age=${MAX_AGE_SECONDS}; HttpOnly; SameSite=Strict${isSecure ? '; Secure' : ''}`,
  );
}
