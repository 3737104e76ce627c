// A proxy in front of a real InfluxDB that can answer in its place, stay silent, or hide features that another version lacks.

import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { setTimeout as delay } from 'node:timers/promises';

export interface FrontRequest {
  readonly method: string;
  readonly url: URL;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

/** What the proxy does with a request: forward it (later, or to another path), answer it, delay it, or close the connection. */
export type Fate =
  | 'pass'
  | 'hang'
  | 'break'
  | { afterMs: number }
  | { path: string }
  | { status: number; body: string };

export interface InfluxdbFront {
  readonly url: string;
  readonly requests: FrontRequest[];
  decide: (request: FrontRequest) => Fate;
  stop(): Promise<void>;
}

export async function startInfluxdbFront(target: string): Promise<InfluxdbFront> {
  const front: InfluxdbFront = { url: '', requests: [], decide: () => 'pass', stop: async () => {} };
  const server = createServer(async (incoming, outgoing) => {
    const request: FrontRequest = {
      method: incoming.method as string,
      url: new URL(incoming.url as string, target),
      headers: incoming.headers,
      body: await text(incoming),
    };
    front.requests.push(request);
    const fate = front.decide(request);
    if (fate === 'hang') return;
    if (fate === 'break') {
      // The reply stays incomplete.
      outgoing.writeHead(200, { 'Content-Length': 1000 }).write('{"results":[');
      setImmediate(() => incoming.socket.destroy());
      return;
    }
    if (typeof fate === 'object' && 'status' in fate) {
      outgoing.writeHead(fate.status).end(fate.body);
      return;
    }
    if (typeof fate === 'object' && 'afterMs' in fate) await delay(fate.afterMs);
    const url = typeof fate === 'object' && 'path' in fate ? new URL(fate.path, target) : request.url;
    const { authorization, 'content-type': type } = incoming.headers;
    try {
      const answer = await fetch(url, {
        method: request.method,
        headers: { ...(authorization ? { authorization } : {}), ...(type ? { 'content-type': type } : {}) },
        ...(request.method === 'GET' ? {} : { body: request.body }),
      });
      outgoing.writeHead(answer.status, { 'content-type': answer.headers.get('content-type') ?? '' });
      outgoing.end(await answer.text());
    } catch {
      incoming.socket.destroy();
    }
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return Object.assign(front, {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async stop() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  });
}
