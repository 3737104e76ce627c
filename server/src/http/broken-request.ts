// Requests that cannot be parsed get the same form of reply as others, with a request id.

import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import { refusedBody } from './error-reply.ts';
import type { HttpApp } from './http-app.ts';

const STATUS_BY_CODE: Record<string, number> = {
  HPE_HEADER_OVERFLOW: 431,
  ERR_HTTP_REQUEST_TIMEOUT: 408,
};
const REASONS: Record<number, string> = {
  400: 'Bad Request',
  408: 'Request Timeout',
  431: 'Request Header Fields Too Large',
};

/** Options for Fastify. */
export const refuseBrokenRequests = {
  /** Addresses that the router cannot parse, such as a broken percent-encoding. */
  frameworkErrors(error: FastifyError, request: FastifyRequest, reply: FastifyReply): void {
    const status = error.statusCode === 414 || error.code === 'FST_ERR_MAX_PARAM_LENGTH' ? 414 : 400;
    reply
      .code(status)
      .header('X-Request-Id', request.id)
      .header('Cache-Control', 'no-store')
      .type('application/json; charset=utf-8')
      .send(JSON.stringify(refusedBody(status)));
  },
  /** Requests that the HTTP parser of Node cannot parse, or that take too long to arrive. */
  clientErrorHandler(error: NodeJS.ErrnoException, socket: Socket): void {
    if (error.code === 'ECONNRESET' || socket.destroyed) return;
    const status = STATUS_BY_CODE[error.code ?? ''] ?? 400;
    const body = JSON.stringify(refusedBody(status));
    if (socket.writable) {
      socket.write(
        `HTTP/1.1 ${status} ${REASONS[status]}\r\nContent-Type: application/json; charset=utf-8\r\n` +
          `Content-Length: ${Buffer.byteLength(body)}\r\nX-Request-Id: ${randomUUID()}\r\nConnection: close\r\n\r\n${body}`,
      );
    }
    socket.destroySoon();
  },
};

/**
 * Refuses requests that Node would refuse without a body: HTTP/1.1 without `Host` (RFC 9112, 3.2; the server is created with
 * `requireHostHeader: false`), and an `Expect` header other than `100-continue` (RFC 9110, 10.1.1).
 */
export function refuseUnusualHeaders(app: HttpApp): void {
  app.addHook('onRequest', async (request, reply) => {
    if (request.headers.host !== undefined || request.raw.httpVersion !== '1.1') return;
    return reply.code(400).header('Connection', 'close').send(refusedBody(400));
  });
  app.server.on('checkExpectation', (_request: IncomingMessage, response: ServerResponse) => {
    const body = JSON.stringify(refusedBody(417));
    response.writeHead(417, {
      'Content-Type': 'application/json; charset=utf-8',
      'Content-Length': Buffer.byteLength(body),
      'X-Request-Id': randomUUID(),
      Connection: 'close',
    });
    response.end(body);
  });
}
