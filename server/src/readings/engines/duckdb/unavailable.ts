// Turns failures of the files into `store_unavailable`, which tells the caller to try again.

import { AppError } from '../../../errors.ts';

const RETRY_AFTER_SECONDS = 5;

/** Runs `work`. Any error becomes `store_unavailable`. */
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
