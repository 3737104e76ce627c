// Which users a sender may see and change.

import type { FastifyRequest } from 'fastify';
import { AppError } from '../errors.ts';
import type { HttpDeps } from './http-deps.ts';
import { scopeOf } from './path-id.ts';

/** Management of a factory manages the users of that factory. Rejects with `not_found`. */
export async function refuseOtherUser(
  { accounts }: Pick<HttpDeps, 'accounts'>,
  request: Pick<FastifyRequest, 'principal'>,
  userId: string,
): Promise<void> {
  const scope = scopeOf(request);
  if (scope === null) return;
  const user = (await accounts.list()).find((each) => each.id === userId);
  if (user?.factory_id !== scope) throw new AppError('not_found', `No user with id ${userId} exists`);
}
