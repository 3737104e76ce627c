// HTTP requests of channels: to an address that was checked and to no other, without redirects, 10 s and 64 kB at most.

import { lookup } from 'node:dns/promises';
import { type IncomingHttpHeaders, type IncomingMessage, request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import { isIP } from 'node:net';
import type { AllowedAddresses } from './allowed-addresses.ts';

const ANSWER_WITHIN_MS = 10_000;
const MAX_ANSWER_BYTES = 65_536;

export interface ChannelRequest {
  readonly method: 'GET' | 'POST' | 'PUT';
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
  /** 10 s where it is absent. */
  readonly withinMs?: number;
  /** 64 kB where it is absent. */
  readonly maxBytes?: number;
  readonly signal?: AbortSignal;
}

export interface ChannelAnswer {
  readonly status: number;
  /** Up to the limit. */
  readonly text: string;
  readonly headers: IncomingHttpHeaders;
}

export class RefusedAddress extends Error {
  constructor(host: string) {
    super(`${host} is an address that channels may not connect to; see NOTIFY_ALLOWED_NETWORKS`);
  }
}

/** An address of a host that may be connected to. Rejects with `RefusedAddress`, and as `dns.lookup` does. */
export async function allowedAddress(hostname: string, addresses: Pick<AllowedAddresses, 'allows'>) {
  const host = hostname.replace(/^\[|\]$/g, '');
  const found = isIP(host) === 0 ? await lookup(host, { all: true }) : [{ address: host, family: isIP(host) }];
  const allowed = found.find(({ address }) => addresses.allows(address));
  if (allowed === undefined) throw new RefusedAddress(host);
  return allowed;
}

export class ChannelHttp {
  readonly #addresses: Pick<AllowedAddresses, 'allows'>;

  constructor(addresses: Pick<AllowedAddresses, 'allows'>) {
    this.#addresses = addresses;
  }

  /** Rejects with `RefusedAddress`, and as `node:http` does. Connects to the address that was checked: a name could lead elsewhere a moment later. */
  async request(address: string, wanted: ChannelRequest): Promise<ChannelAnswer> {
    const { method, headers, body, withinMs = ANSWER_WITHIN_MS, maxBytes = MAX_ANSWER_BYTES } = wanted;
    const url = new URL(address);
    const signals = [AbortSignal.timeout(withinMs), ...(wanted.signal ? [wanted.signal] : [])];
    const allowed = await allowedAddress(url.hostname, this.#addresses);
    const send = url.protocol === 'https:' ? requestHttps : requestHttp;
    return new Promise<ChannelAnswer>((resolve, reject) => {
      const request = send(url, {
        method,
        headers: {
          'user-agent': 'GONSTERS',
          ...(body === undefined ? {} : { 'content-length': `${Buffer.byteLength(body)}` }),
          ...headers,
        },
        signal: AbortSignal.any(signals),
        agent: false,
        lookup: (_name, options, callback) => {
          if (options.all) callback(null, [allowed]);
          else callback(null, allowed.address, allowed.family);
        },
      });
      request.on('error', reject);
      request.on('response', (response) => {
        readStart(response, maxBytes).then(
          (text) => resolve({ status: response.statusCode ?? 0, text, headers: response.headers }),
          reject,
        );
      });
      request.end(body);
    });
  }
}

/** The answer up to its limit; what is longer is not read. */
async function readStart(response: IncomingMessage, maxBytes: number): Promise<string> {
  const parts: Buffer[] = [];
  let bytes = 0;
  for await (const part of response) {
    parts.push(part as Buffer);
    bytes += (part as Buffer).length;
    if (bytes >= maxBytes) break;
  }
  return Buffer.concat(parts).subarray(0, maxBytes).toString('utf8');
}
