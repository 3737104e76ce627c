// The channel `web_push` (RFC 8030): the address is the subscription of a browser, as JSON. `web/worker` shows the message.

import type { ChannelSettings } from '@gonsters/contract';
import { type Channel, isCritical, type Outcome, type OutgoingMessage, pageOf } from './channel.ts';
import type { ChannelContext, KindDefinition } from './channel-kind.ts';
import { answerText, attempt, outcomeOf } from './channel-outcome.ts';
import { fitLine, fitText, utf8Bytes } from './message-fit.ts';
import {
  arePushKeys,
  encryptPush,
  MAX_PUSH_BYTES,
  newVapidKeys,
  type PushKeys,
  type VapidKeys,
  vapidAuthorization,
} from './web-push-crypto.ts';

/** What is not delivered within a day tells nobody anything any more. */
const TTL_SECONDS = '86400';
const MAX_TITLE = 200;
const MAX_TEXT_BYTES = 1_200;

export interface PushSubscription {
  readonly endpoint: string;
  readonly keys: PushKeys;
}

class WebPushChannel implements Channel {
  readonly #subject: string;
  readonly #keys: VapidKeys;
  readonly #context: ChannelContext;

  constructor({ subject }: ChannelSettings<'web_push'>, keys: VapidKeys, context: ChannelContext) {
    this.#subject = subject;
    this.#keys = keys;
    this.#context = context;
  }

  send(message: OutgoingMessage, contact: string): Promise<Outcome> {
    const subscription = subscriptionOf(contact);
    if (subscription === null) return Promise.resolve({ kind: 'never', response: 'The address is not a subscription' });
    const { endpoint, keys } = subscription;
    const nowMs = this.#context.nowMs();
    return attempt(async () => {
      const answer = await this.#context.http.request(endpoint, {
        method: 'POST',
        headers: {
          'content-type': 'application/octet-stream',
          'content-encoding': 'aes128gcm',
          ttl: TTL_SECONDS,
          urgency: isCritical(message) ? 'high' : 'normal',
          authorization: vapidAuthorization(endpoint, this.#subject, this.#keys, nowMs),
        },
        body: encryptPush(Buffer.from(pushText(message)), keys),
      });
      const { location } = answer.headers;
      const response = answerText(answer);
      if (answer.status === 404 || answer.status === 410) {
        return { kind: 'never', response: `The browser has ended its subscription: ${response}` };
      }
      const outcome = outcomeOf(answer, nowMs, response);
      return outcome.kind === 'accepted' && location !== undefined ? { ...outcome, providerId: location } : outcome;
    });
  }

  /** There is nothing to ask a push service without a subscription. */
  selfTest(): Promise<Outcome> {
    return attempt(async () => {
      vapidAuthorization('https://push.example', this.#subject, this.#keys, this.#context.nowMs());
      return { kind: 'accepted', response: 'The keys can be used; a self-test sends no message' };
    });
  }

  close(): void {}
}

/** What the service worker shows: title, text, tag, and the path that a touch opens. */
function pushText(message: OutgoingMessage): string {
  const page = pageOf(message);
  const alert = message.notifications?.[0]?.alert.id ?? null;
  const path = alert === null ? '/' : `/alerts/${alert}`;
  const text = JSON.stringify({
    title: fitLine(message.subject, MAX_TITLE),
    body: fitText(withoutLinks(message.text), MAX_TEXT_BYTES, utf8Bytes),
    tag: alert ?? message.id,
    url: page === null ? path : new URL(page).pathname + new URL(page).search,
    critical: isCritical(message),
  });
  return utf8Bytes(text) <= MAX_PUSH_BYTES
    ? text
    : JSON.stringify({ title: 'GONSTERS', body: '', tag: message.id, url: path });
}

/** A touch opens the page; an address in the text of a notification cannot be touched. */
const withoutLinks = (text: string) =>
  text
    .split('\n')
    .filter((line) => !/https?:\/\//.test(line))
    .join('\n');

/** null where it is none. */
function subscriptionOf(address: string): PushSubscription | null {
  try {
    const { endpoint, keys } = JSON.parse(address) as Partial<PushSubscription>;
    if (typeof endpoint !== 'string' || typeof keys?.p256dh !== 'string' || typeof keys.auth !== 'string') return null;
    const { protocol, username } = new URL(endpoint);
    // Browsers only give addresses with https. One with http can only lead to where NOTIFY_ALLOWED_NETWORKS allows it.
    if ((protocol !== 'https:' && protocol !== 'http:') || username !== '' || endpoint.length > 2000) return null;
    return arePushKeys(keys) ? { endpoint, keys: { p256dh: keys.p256dh, auth: keys.auth } } : null;
  } catch {
    return null;
  }
}

export const webPushKind: KindDefinition<'web_push'> = {
  words: 'push message',
  secrets: [],
  places: [],
  addressHint: 'The subscription of a browser. It needs HTTPS, and on iOS the page on the home screen.',
  addressFault: (address) =>
    subscriptionOf(address) === null ? 'must be the subscription of a browser, as JSON' : null,
  hasDestination: () => false,
  hasButtons: () => false,
  describe: ({ subject }) => subject,
  makeSecrets: () => ({ ...newVapidKeys() }),
  open: (settings, own, context) => new WebPushChannel(settings, own as unknown as VapidKeys, context),
};
