// The catalogue of failures that the core can report. `http/error-reply.ts` maps each code to a reply.

import type { Fault } from '@gonsters/contract';

export const ERROR_CODES = {
  validation_failed: 'The request has faults; each is listed',
  malformed_body: 'The body cannot be read',
  not_found: 'There is no such thing',
  conflict: 'It contradicts what is stored',
  name_taken: 'The name is in use',
  email_taken: 'The e-mail address is in use',
  last_manager: 'The last active Management user must stay',
  unauthenticated: 'No valid access token was sent',
  token_expired: 'The access token has expired',
  token_revoked: 'The session has ended',
  invalid_credentials: 'User name or password is wrong',
  too_many_attempts: 'Too many failed sign-ins; try again later',
  forbidden: 'The role does not allow it',
  forbidden_role: 'Only Management may give this role',
  registration_disabled: 'Self-registration is switched off',
  unknown_setting: 'There is no such setting',
  invalid_setting: 'The value does not fit the setting',
  nothing_accepted: 'No reading could be taken',
  invalid_state: 'The alert is not in a state that allows it',
  store_unavailable: 'The store cannot take data at the moment',
  busy: 'The server has more to do than it may queue',
  rate_limited: 'Too many requests',
  query_too_large: 'The answer would be too large',
  data_directory_in_use: 'Another process uses the data directory',
  database_in_use: 'Another server works on the database',
  deposed: 'Another node keeps watch over the alerts by now',
  not_served_here: 'This node only takes readings; ask another one',
  database_newer: 'The data was written by a newer version of the program',
  invalid_configuration: 'The configuration has faults',
  closed: 'The part has been stopped',
} as const;
export type ErrorCode = keyof typeof ERROR_CODES;

export class AppError extends Error {
  readonly code: ErrorCode;
  readonly faults: readonly Fault[];
  /** Seconds after which trying again makes sense. */
  readonly retryAfterSeconds: number | null;

  constructor(
    code: ErrorCode,
    message: string = ERROR_CODES[code],
    options: {
      cause?: unknown;
      faults?: readonly Fault[];
      retryAfterSeconds?: number;
    } = {},
  ) {
    super(message, { cause: options.cause });
    this.name = 'AppError';
    this.code = code;
    this.faults = options.faults ?? [];
    this.retryAfterSeconds = options.retryAfterSeconds ?? null;
  }
}

export function isAppError(error: unknown, code?: ErrorCode): error is AppError {
  return error instanceof AppError && (code === undefined || error.code === code);
}
