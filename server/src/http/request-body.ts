// Parses request bodies: JSON in UTF-8 only.

import type { Fault } from '@gonsters/contract';
import type { FastifyRequest } from 'fastify';
import { AppError } from '../errors.ts';
import { parseLenientJson } from '../ingest/codecs/parse-json.ts';
import type { HttpApp } from './http-app.ts';

/** A `__proto__` in a body is harmless: the routes read only the fields that their schemas name. */
export function readJsonBodies(app: HttpApp): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('application/json', { parseAs: 'buffer' }, async (request: FastifyRequest, body: Buffer) => {
    if (body.length === 0) return undefined;
    return parseBody(body, request.routeOptions.config.lenientJson === true ? parseLenientJson : JSON.parse);
  });
}

/** @throws AppError `malformed_body` if the body is not JSON in UTF-8 */
function parseBody(body: Uint8Array, parse: (text: string) => unknown): unknown {
  try {
    return parse(decodeUtf8(body));
  } catch (cause) {
    if (cause instanceof AppError) throw cause;
    throw malformed('The body is not valid JSON', cause);
  }
}

/** @throws AppError `malformed_body` */
export function decodeUtf8(body: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(body);
  } catch (cause) {
    throw malformed('The body is not valid UTF-8', cause);
  }
}

function malformed(error: string, cause: unknown): AppError {
  const fault: Fault = { field: 'body', error };
  return new AppError('malformed_body', undefined, { cause, faults: [fault] });
}
