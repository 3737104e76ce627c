// Reads request bodies: JSON in UTF-8 and nothing that merely looks like it.

import type { Fault } from '@gonsters/contract';
import type { FastifyRequest } from 'fastify';
import { AppError } from '../errors.ts';
import { parseLenientJson } from '../ingest/codecs/parse-json.ts';
import type { HttpApp } from './http-app.ts';

/** Only what the schemas name is ever read from a parsed body, so a `__proto__` in it is just another extra field. */
export function readJsonBodies(app: HttpApp): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('application/json', { parseAs: 'buffer' }, async (request: FastifyRequest, body: Buffer) => {
    if (body.length === 0) return undefined;
    return parseBody(body, request.routeOptions.config.isSentByDevices === true ? parseLenientJson : JSON.parse);
  });
}

/** @throws AppError `malformed_body` where it is no JSON in UTF-8 */
function parseBody(body: Uint8Array, parse: (text: string) => unknown): unknown {
  try {
    return parse(decodeUtf8(body));
  } catch (cause) {
    if (cause instanceof AppError) throw cause;
    throw malformed('Is not JSON', cause);
  }
}

/** @throws AppError `malformed_body` */
export function decodeUtf8(body: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(body);
  } catch (cause) {
    throw malformed('Is not UTF-8', cause);
  }
}

function malformed(error: string, cause: unknown): AppError {
  const fault: Fault = { field: 'body', error };
  return new AppError('malformed_body', undefined, { cause, faults: [fault] });
}
