// What a caller learns when the files do not do what they should: come again.

import { AppError } from '../../../errors.ts';

const RETRY_AFTER_SECONDS = 5;

/** Runs `work`; whatever fails in it is the files' failure. */
export async function orUnavailable(work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (cause) {
    throw unavailable(cause);
  }
}

export function unavailable(cause: unknown, message?: string): AppError {
  return new AppError('store_unavailable', message, { cause, retryAfterSeconds: RETRY_AFTER_SECONDS });
}
