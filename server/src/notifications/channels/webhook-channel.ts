// The channel `webhook`: a POST that is signed as Standard Webhooks describes (https://www.standardwebhooks.com).

import { createHmac, randomBytes, randomUUID } from 'node:crypto';
import type { ChannelSettings } from '@gonsters/contract';
import type { Channel, Outcome, OutgoingMessage } from './channel.ts';
import { type ChannelContext, type KindDefinition, noAddress } from './channel-kind.ts';
import { attempt, outcomeOf } from './channel-outcome.ts';

const SECRET_PREFIX = 'whsec_';
const SECRET_BYTES = 32;

/** What is sealed of a webhook beside its address. */
export interface WebhookSecrets {
  /** `whsec_…`. */
  readonly secret: string;
  /** The secret before, which signs too until this time; UTC ms. */
  readonly former: { readonly secret: string; readonly untilMs: number } | null;
}

class WebhookChannel implements Channel {
  readonly #url: string;
  readonly #secrets: WebhookSecrets;
  readonly #context: ChannelContext;

  constructor({ url }: ChannelSettings<'webhook'>, secrets: WebhookSecrets, context: ChannelContext) {
    this.#url = url;
    this.#secrets = secrets;
    this.#context = context;
  }

  send({ id, subject, text, notifications = [] }: OutgoingMessage): Promise<Outcome> {
    return this.#post(id, 'alert.notification', { subject, text, notifications });
  }

  /** An event that programs ignore which only know `alert.notification`. */
  selfTest(): Promise<Outcome> {
    return this.#post(randomUUID(), 'channel.test', {});
  }

  close(): void {}

  #post(id: string, type: string, data: object): Promise<Outcome> {
    const nowMs = this.#context.nowMs();
    const body = JSON.stringify({ type, timestamp: new Date(nowMs).toISOString(), data });
    const timestamp = `${Math.floor(nowMs / 1000)}`;
    const { secret, former } = this.#secrets;
    const secrets = former !== null && former.untilMs > nowMs ? [secret, former.secret] : [secret];
    const headers = {
      'content-type': 'application/json',
      'webhook-id': id,
      'webhook-timestamp': timestamp,
      'webhook-signature': secrets.map((each) => signature(each, id, timestamp, body)).join(' '),
    };
    return attempt(async () => {
      const answer = await this.#context.http.request(this.#url, { method: 'POST', headers, body });
      if (answer.status === 410) this.#context.gone('The receiver wants no more messages (410)');
      return outcomeOf(answer, this.#context.nowMs());
    });
  }
}

function signature(secret: string, id: string, timestamp: string, body: string): string {
  const key = Buffer.from(secret.slice(SECRET_PREFIX.length), 'base64');
  return `v1,${createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest('base64')}`;
}

export const webhookKind: KindDefinition<'webhook'> = {
  words: 'webhook',
  secrets: [],
  secretUrls: ['url'],
  places: [],
  addressHint: '',
  addressFault: noAddress,
  hasDestination: () => true,
  hasButtons: () => false,
  // A path may be a secret, as that of chat services is.
  describe: ({ url }) => {
    const { origin, pathname } = new URL(url);
    return pathname === '/' ? origin : `${origin}/…`;
  },
  makeSecrets: () => ({ secret: `${SECRET_PREFIX}${randomBytes(SECRET_BYTES).toString('base64')}`, former: null }),
  shownSecret: (own) => own.secret as string,
  open: (settings, own, context) => new WebhookChannel(settings, own as unknown as WebhookSecrets, context),
};
