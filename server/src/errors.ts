// The catalogue of errors: each code with its default message. `http/error-reply.ts` maps the codes to HTTP statuses.

import type { Fault } from '@gonsters/contract';

export const ERROR_CODES = {
  validation_failed: 'The request is not valid; each fault is listed',
  malformed_body: 'The request body cannot be read',
  not_found: 'What the request names does not exist',
  conflict: 'The request contradicts what is stored',
  name_taken: 'The name is already in use',
  alias_taken: 'The alias is already in use',
  email_taken: 'The e-mail address is already in use',
  last_manager: 'The last active user with the role Management cannot be changed or removed',
  unauthenticated: 'A valid access token is required',
  token_expired: 'The access token has expired',
  token_revoked: 'The session has ended; sign in again',
  invalid_credentials: 'The user name or the password is wrong',
  second_factor_required: 'The password is right; a second factor is required',
  invalid_second_factor: 'The code or the passkey is wrong, or was used already',
  second_factor_expired: 'The sign-in took too long or is complete; begin again',
  second_factor_required_by_policy: 'Your role requires a second factor; set one up first',
  sign_in_again: 'The sign-in is more than ten minutes ago; send the password too',
  too_many_attempts: 'Too many sign-ins have failed; try again later',
  forbidden: 'Your role does not permit this',
  forbidden_role: 'Only Management may assign this role',
  not_admitted: 'Management has not admitted this account yet',
  password_sign_in_off: 'Sign in with OpenID Connect; passwords are for break-glass accounts only',
  link_expired: 'The link was used already, or is too old; ask Management for a new one',
  registration_disabled: 'Registration is disabled; ask Management for an account',
  unknown_setting: 'No setting has this name',
  invalid_setting: 'The value is not valid for this setting',
  nothing_accepted: 'None of the readings could be stored',
  invalid_state: 'The state of the alert does not permit this',
  store_unavailable: 'The store cannot accept data at the moment; try again later',
  busy: 'The server is overloaded; try again later',
  rate_limited: 'Too many requests were sent; try again later',
  query_too_large: 'The answer would be too large; ask for a shorter range or a coarser interval',
  data_directory_in_use: 'Another process uses the data directory',
  database_in_use: 'Another server uses the database',
  deposed: 'Another node has become alert leader',
  not_served_here: 'This node only accepts readings; send the request to another node',
  database_newer: 'The data was written by a newer version of the program',
  invalid_configuration: 'The configuration is not valid',
  closed: 'The server is shutting down',
} as const;
export type ErrorCode = keyof typeof ERROR_CODES;

export class AppError extends Error {
  readonly code: ErrorCode;
  readonly faults: readonly Fault[];
  /** Seconds after which a retry is reasonable; null if unknown. */
  readonly retryAfterSeconds: number | null;
  /** Further fields of the reply. */
  readonly shown: Readonly<Record<string, unknown>>;

  constructor(
    code: ErrorCode,
    message: string = ERROR_CODES[code],
    options: {
      cause?: unknown;
      faults?: readonly Fault[];
      retryAfterSeconds?: number;
      shown?: Readonly<Record<string, unknown>>;
    } = {},
  ) {
    super(message, { cause: options.cause });
    this.name = 'AppError';
    this.code = code;
    this.faults = options.faults ?? [];
    this.retryAfterSeconds = options.retryAfterSeconds ?? null;
    this.shown = options.shown ?? {};
  }
}

export function isAppError(error: unknown, code?: ErrorCode): error is AppError {
  return error instanceof AppError && (code === undefined || error.code === code);
}
