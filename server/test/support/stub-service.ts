// An HTTP server that stands in for a service: it keeps what it received, and can be told to answer otherwise.

import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { onTestFinished } from 'vitest';

export interface StubRequest {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingMessage['headers'];
  readonly body: Buffer;
  /** The body as JSON; empty where it is none. */
  readonly json: Record<string, unknown>;
}

export interface StubAnswer {
  readonly status: number;
  readonly body?: unknown;
  readonly headers?: Record<string, string>;
}

type Answer = (request: StubRequest) => StubAnswer | Promise<StubAnswer>;

export interface StubService {
  readonly url: string;
  readonly requests: StubRequest[];
  /** In place of what the service answers; null for what it does by itself. */
  instead: StubAnswer | null;
}

/**
 * @param answer what the real service would answer to each request, refusals included
 * @param atEnd takes what ends it; by default it ends with the test
 */
export async function startService(
  answer: Answer,
  atEnd: (end: () => void) => void = onTestFinished,
): Promise<StubService> {
  const service = { url: '', requests: [] as StubRequest[], instead: null as StubAnswer | null };
  const server = createServer((request, response) => {
    void buffer(request).then(async (body) => {
      const { pathname, searchParams } = new URL(request.url ?? '/', 'http://stub');
      const received = {
        ...{ method: request.method ?? '', path: pathname, query: searchParams, headers: request.headers, body },
        json: jsonIn(body),
      };
      service.requests.push(received);
      const { status, body: text = '', headers = {} } = service.instead ?? (await answer(received));
      if (response.destroyed) return;
      response.writeHead(status, headers).end(typeof text === 'string' ? text : JSON.stringify(text));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  atEnd(() => {
    server.closeAllConnections();
    server.close();
  });
  service.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return service;
}

function jsonIn(body: Buffer): Record<string, unknown> {
  try {
    return JSON.parse(body.toString('utf8')) as Record<string, unknown>;
  } catch {
    return {};
  }
}
