// Errors in the forms of InfluxDB: `error` for clients of version 1, `code` and `message` for those of version 2.

import { z } from 'zod';
import { errorHandler } from './error-reply.ts';

/** The codes of InfluxDB 2. */
const CODES = {
  400: 'invalid',
  401: 'unauthorized',
  403: 'forbidden',
  404: 'not found',
  413: 'request too large',
  415: 'invalid',
  429: 'too many requests',
  500: 'internal error',
  503: 'unavailable',
} as const;
type Status = keyof typeof CODES;

const influxErrorSchema = z
  .object({
    status: z.literal('error'),
    code: z.string().meta({ example: 'invalid' }),
    message: z.string().meta({ example: "partial write: unable to parse 'cpu': missing fields dropped=1" }),
    error: z.string().meta({ description: 'The same as `message`, for clients of InfluxDB 1.' }),
  })
  .meta({ id: 'InfluxError' });

export const INFLUX_ERRORS = Object.fromEntries(
  Object.keys(CODES).map((status) => [status, influxErrorSchema]),
) as Record<Status, typeof influxErrorSchema>;

export const influxErrorBody = (status: number, message: string) =>
  ({ status: 'error', code: CODES[status as Status] ?? CODES[400], message, error: message }) as const;

/** Answers with 503 in place of 429: clients of InfluxDB 1 drop what was refused with any 4xx, and repeat it after a 503. */
export const replyWithInfluxError = errorHandler((status, { message, errors = [] }) => {
  const details = errors.map(({ field, parameter, error }) => `${field ?? parameter}: ${error}`);
  const sent = status === 429 ? 503 : status;
  return { status: sent, body: influxErrorBody(sent, [message, ...details].join('; ')) };
});
