// Maps every failure to its reply. An unexpected failure reveals only the request id, under which the log has the details.

import type { ErrorReply, Fault } from '@gonsters/contract';
import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import { AppError, ERROR_CODES, type ErrorCode } from '../errors.ts';
import { requestFaults, valueOfFault } from './request-faults.ts';

const STATUS: Record<ErrorCode, number> = {
  validation_failed: 400,
  malformed_body: 400,
  not_found: 404,
  conflict: 409,
  name_taken: 409,
  alias_taken: 409,
  email_taken: 409,
  last_manager: 409,
  unauthenticated: 401,
  token_expired: 401,
  token_revoked: 401,
  invalid_credentials: 401,
  second_factor_required: 401,
  invalid_second_factor: 401,
  second_factor_expired: 401,
  second_factor_required_by_policy: 403,
  sign_in_again: 403,
  too_many_attempts: 429,
  forbidden: 403,
  forbidden_role: 403,
  not_admitted: 403,
  password_sign_in_off: 403,
  link_expired: 410,
  registration_disabled: 403,
  unknown_setting: 400,
  invalid_setting: 400,
  nothing_accepted: 400,
  invalid_state: 409,
  store_unavailable: 503,
  busy: 503,
  rate_limited: 429,
  query_too_large: 400,
  data_directory_in_use: 503,
  database_in_use: 503,
  deposed: 503,
  not_served_here: 404,
  database_newer: 503,
  invalid_configuration: 500,
  closed: 503,
};
const RETRY_AFTER_SECONDS = 5;

/** Refusals of Fastify and its plugins before a route is called, by status. */
const REFUSED: Record<number, { code: string; message: string }> = {
  400: { code: 'malformed_request', message: 'The request cannot be parsed' },
  404: { code: 'not_found', message: 'No resource has this address' },
  405: { code: 'method_not_allowed', message: 'This address does not support the method; see the Allow header' },
  408: { code: 'request_timeout', message: 'The request took too long to arrive' },
  413: { code: 'payload_too_large', message: 'The request body is larger than allowed' },
  414: { code: 'uri_too_long', message: 'The address is longer than allowed' },
  415: { code: 'unsupported_media_type', message: 'This address does not accept the content type of the body' },
  416: { code: 'range_not_satisfiable', message: 'The requested range does not exist' },
  417: { code: 'expectation_failed', message: 'The server does not support the Expect header of the request' },
  431: { code: 'headers_too_large', message: 'The request headers are larger than allowed' },
  503: { code: 'closed', message: ERROR_CODES.closed },
};

export function errorBody(code: string, message: string, faults: readonly Fault[] = []): ErrorReply {
  return { status: 'error', code, message, ...(faults.length > 0 ? { errors: [...faults] } : {}) };
}

/** The body of a refusal that was decided below the routes. */
export function refusedBody(status: number): ErrorReply {
  const { code, message } = REFUSED[status] ?? { code: 'bad_request', message: 'The request was refused' };
  return errorBody(code, message);
}

/** An error handler whose replies have the status and body that `shape` makes of ours. */
export function errorHandler(shape: (status: number, body: ErrorReply) => { status: number; body: ErrorReply }) {
  return async (error: FastifyError | Error, request: FastifyRequest, reply: FastifyReply) => {
    const { retryAfterSeconds, ...described } = describe(error, request);
    const { status, body } = shape(described.status, described.body);
    if (status >= 500 && status !== 503)
      request.log.error({ err: error, requestId: request.id }, 'A request failed unexpectedly');
    if (status === 503)
      request.log.warn(
        { err: error, requestId: request.id },
        'A request was refused because a component is unavailable',
      );
    request.refusal = { ...request.refusal, code: described.body.code };
    if (status === 401) reply.header('WWW-Authenticate', 'Bearer');
    if (status === 429 || status === 503) reply.header('Retry-After', retryAfterSeconds ?? RETRY_AFTER_SECONDS);
    return reply.code(status).type('application/json; charset=utf-8').send(JSON.stringify(body));
  };
}

export const replyWithError = errorHandler((status, body) => ({ status, body }));

function describe(
  error: FastifyError | Error,
  request: FastifyRequest,
): { status: number; body: ErrorReply; retryAfterSeconds: number | null } {
  if (error instanceof AppError) {
    const faults = error.faults.map(withShownValue);
    const body = { ...errorBody(error.code, error.message, faults), ...error.shown };
    return { status: STATUS[error.code], body, retryAfterSeconds: error.retryAfterSeconds };
  }
  const { validation, validationContext, statusCode = 500 } = error as FastifyError;
  if (validation !== undefined) {
    const faults = requestFaults(request, validationContext);
    const body = errorBody('validation_failed', ERROR_CODES.validation_failed, faults);
    return { status: 400, body, retryAfterSeconds: null };
  }
  if (statusCode >= 500 && statusCode !== 503) {
    const body = errorBody(
      'internal_error',
      `An unexpected error occurred; the log has it under request ${request.id}`,
    );
    return { status: 500, body, retryAfterSeconds: null };
  }
  return { status: statusCode, body: refusedBody(statusCode), retryAfterSeconds: null };
}

const withShownValue = ({ value, ...fault }: Fault): Fault =>
  value === undefined ? fault : { ...fault, value: valueOfFault(value) };
