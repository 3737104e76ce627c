// The cookie by which a browser is recognised at the next sign-in, so that it is judged apart from strangers who guess passwords. It
// signs nobody in.

import type { FastifyReply, FastifyRequest } from 'fastify';
import { cookieOf } from './cookies.ts';

const NAME = 'gonsters_device';
/** Browsers keep cookies for 400 days at most (RFC 6265bis, 5.5). */
const MAX_AGE_SECONDS = 34_560_000;

/** null where the browser has none. */
export function deviceOf(request: FastifyRequest): string | null {
  return cookieOf(request, NAME);
}

export function setDevice(request: FastifyRequest, reply: FastifyReply, device: string): void {
  const secure = request.protocol === 'https' ? '; Secure' : '';
  reply.header(
    'Set-Cookie',
    `${NAME}=${device}; Path=/; Max-Age=${MAX_AGE_SECONDS}; HttpOnly; SameSite=Strict${secure}`,
  );
}
