// The channel `webhook`: a POST that is signed as Standard Webhooks describes (https://www.standardwebhooks.com).

import { createHmac } from 'node:crypto';
import { lookup } from 'node:dns/promises';
import { type IncomingMessage, request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import { isIP } from 'node:net';
import type { AllowedAddresses } from './allowed-addresses.ts';
import type { Channel, Outcome, OutgoingMessage } from './channel.ts';

const ANSWER_WITHIN_MS = 10_000;
const MAX_ANSWER_BYTES = 65_536;
const MAX_RESPONSE = 300;
const SECRET_PREFIX = 'whsec_';

export interface Webhook {
  readonly url: string;
  /** `whsec_…`; two while one replaces the other. */
  secrets(): readonly string[];
}

export class WebhookChannel implements Channel {
  readonly #webhook: Webhook;
  readonly #addresses: Pick<AllowedAddresses, 'allows'>;
  readonly #gone: () => void;

  /** @param gone the receiver wants no more messages (410) */
  constructor(webhook: Webhook, addresses: Pick<AllowedAddresses, 'allows'>, gone: () => void) {
    this.#webhook = webhook;
    this.#addresses = addresses;
    this.#gone = gone;
  }

  async send(message: OutgoingMessage): Promise<Outcome> {
    const { url } = this.#webhook;
    const sentAt = new Date();
    const body = JSON.stringify({
      type: 'alert.notification',
      timestamp: sentAt.toISOString(),
      data: { subject: message.subject, text: message.text, notifications: message.notifications ?? [] },
    });
    const timestamp = `${Math.floor(sentAt.getTime() / 1000)}`;
    const headers = {
      'content-type': 'application/json',
      'content-length': `${Buffer.byteLength(body)}`,
      'user-agent': 'GONSTERS',
      'webhook-id': message.id,
      'webhook-timestamp': timestamp,
      'webhook-signature': this.#webhook
        .secrets()
        .map((secret) => signature(secret, message.id, timestamp, body))
        .join(' '),
    };
    try {
      const { status, text, retryAfter } = await this.#post(new URL(url), headers, body);
      const response = `${status} ${text}`.replace(/\s+/g, ' ').trim().slice(0, MAX_RESPONSE);
      if (status >= 200 && status < 300) return { kind: 'accepted', response };
      if (status === 410) this.#gone();
      if (status === 429 || status >= 500) return { kind: 'retry', response, afterMs: waitMs(retryAfter) };
      return { kind: 'never', response };
    } catch (error) {
      if (error instanceof RefusedAddress) return { kind: 'never', response: error.message };
      const { code, name, message: text } = error as Error & { code?: string };
      const response = name === 'TimeoutError' || name === 'AbortError' ? 'No answer within 10 s' : (code ?? text);
      return { kind: 'retry', response, afterMs: null };
    }
  }

  close(): void {}

  /** Connects to an address that was checked, and to no other: a name could lead elsewhere a moment later. */
  async #post(url: URL, headers: Record<string, string>, body: string) {
    const host = url.hostname.replace(/^\[|\]$/g, '');
    const signal = AbortSignal.timeout(ANSWER_WITHIN_MS);
    const found = isIP(host) === 0 ? await lookup(host, { all: true }) : [{ address: host, family: isIP(host) }];
    const [allowed] = found.filter(({ address }) => this.#addresses.allows(address));
    if (allowed === undefined) throw new RefusedAddress(host);
    const send = url.protocol === 'https:' ? requestHttps : requestHttp;
    return new Promise<{ status: number; text: string; retryAfter: string | undefined }>((resolve, reject) => {
      const request = send(url, {
        method: 'POST',
        headers,
        signal,
        agent: false,
        lookup: (_name, options, callback) => {
          if (options.all) callback(null, [allowed]);
          else callback(null, allowed.address, allowed.family);
        },
      });
      request.on('error', reject);
      request.on('response', (response) => {
        readStart(response).then(
          (text) => resolve({ status: response.statusCode ?? 0, text, retryAfter: response.headers['retry-after'] }),
          reject,
        );
      });
      request.end(body);
    });
  }
}

class RefusedAddress extends Error {
  constructor(host: string) {
    super(`${host} is an address that channels may not connect to; see NOTIFY_ALLOWED_NETWORKS`);
  }
}

/** The answer up to its limit; what is longer is not read. */
async function readStart(response: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  let bytes = 0;
  for await (const part of response) {
    parts.push(part as Buffer);
    bytes += (part as Buffer).length;
    if (bytes >= MAX_ANSWER_BYTES) break;
  }
  return Buffer.concat(parts)
    .subarray(0, MAX_RESPONSE * 4)
    .toString('utf8');
}

function signature(secret: string, id: string, timestamp: string, body: string): string {
  const key = Buffer.from(secret.slice(SECRET_PREFIX.length), 'base64');
  return `v1,${createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest('base64')}`;
}

/** Seconds, or a date. */
function waitMs(retryAfter: string | undefined): number | null {
  if (retryAfter === undefined) return null;
  const ms = /^\d+$/.test(retryAfter) ? Number(retryAfter) * 1000 : Date.parse(retryAfter) - Date.now();
  return Number.isFinite(ms) ? Math.max(0, ms) : null;
}
