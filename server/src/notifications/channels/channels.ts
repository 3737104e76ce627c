// The channels that are set up: the mail server of the environment, and the webhooks that people add.

import type { NotificationChannel } from '@gonsters/contract';
import type { Recipient } from '../notification-types.ts';
import type { ChannelRepository, ChannelRow } from '../store/channel-repository.ts';
import type { AllowedAddresses } from './allowed-addresses.ts';
import type { Channel } from './channel.ts';
import { EmailChannel, type MailServer } from './email-channel.ts';
import type { SecretBox } from './secret-box.ts';
import { WebhookChannel } from './webhook-channel.ts';

/** The name of the channel that `SMTP_URL` sets up. */
export const EMAIL = 'email';

/** What is sealed of a webhook. */
export interface SealedWebhook {
  readonly url: string;
  readonly secret: string;
  /** The secret before, which signs too until this time; UTC ms. */
  readonly former: { readonly secret: string; readonly untilMs: number } | null;
}

type Described = Pick<NotificationChannel, 'id' | 'kind' | 'name' | 'description' | 'is_active' | 'fault'>;
interface OpenChannel {
  readonly described: Described;
  readonly channel: Channel;
  /** Of the row it was opened from; 0 for the mail server. */
  readonly version: number;
}

export interface ChannelsDeps {
  /** null where the environment has none. */
  mailServer: MailServer | null;
  repository: ChannelRepository;
  box: SecretBox;
  addresses: AllowedAddresses;
  nowMs: () => number;
}

const NOT_READABLE = 'Its secrets cannot be read: they were encrypted with another SECRETS_KEY';

export class Channels {
  readonly #deps: ChannelsDeps;
  #open: ReadonlyMap<string, OpenChannel>;

  constructor(deps: ChannelsDeps) {
    this.#deps = deps;
    this.#open = new Map(deps.mailServer === null ? [] : [[EMAIL, emailOf(deps.mailServer)]]);
  }

  /** Reads what people have changed, on this node or another. */
  async refresh(): Promise<void> {
    const open = new Map([...this.#open].filter(([id]) => id === EMAIL));
    for (const row of await this.#deps.repository.all()) {
      const known = this.#open.get(row.id);
      const isCurrent = known?.version === row.updated_at && known.described.is_active === (row.is_active === 1);
      open.set(row.id, isCurrent ? known : await this.#openWebhook(row));
    }
    this.#open = open;
  }

  /** null where it is switched off, or there is none. */
  get(id: string): Channel | null {
    const open = this.#open.get(id);
    return open?.described.is_active ? open.channel : null;
  }

  /** Without secrets. */
  list(): readonly Described[] {
    return [...this.#open.values()].map(({ described }) => described);
  }

  /** Every webhook that is switched on, which is told of everything. */
  webhooks(): Recipient[] {
    return this.list()
      .filter(({ kind, is_active: isActive }) => kind === 'webhook' && isActive)
      .map(({ id, name }) => ({ person: null, channel: id, contact: name }));
  }

  stop(): void {
    for (const { channel } of this.#open.values()) channel.close();
  }

  async #openWebhook(row: ChannelRow): Promise<OpenChannel> {
    const { repository, box, addresses, nowMs } = this.#deps;
    const text = await box.decrypt(row.sealed);
    const sealed = text === null ? null : (JSON.parse(text) as SealedWebhook);
    const described: Described = {
      ...{ id: row.id, kind: 'webhook', name: row.name, is_active: row.is_active === 1 },
      description: sealed === null ? '—' : maskedUrl(sealed.url),
      fault: sealed === null ? NOT_READABLE : row.fault,
    };
    if (sealed === null) return { described, channel: UNREADABLE, version: row.updated_at };
    const { former } = sealed;
    const secrets = () => [sealed.secret, ...(former !== null && former.untilMs > nowMs() ? [former.secret] : [])];
    const gone = () => {
      const change = { is_active: 0, fault: 'The receiver wants no more messages (410)', updated_at: nowMs() };
      // If it cannot be stored now, the next message finds out again.
      repository.update(row.id, change).catch(() => {});
    };
    return {
      described,
      channel: new WebhookChannel({ url: sealed.url, secrets }, addresses, gone),
      version: row.updated_at,
    };
  }
}

const UNREADABLE: Channel = {
  send: async () => ({ kind: 'retry', response: NOT_READABLE, afterMs: null }),
  close: () => {},
};

function emailOf(mailServer: MailServer): OpenChannel {
  const description = `${new URL(mailServer.url).host}, from ${mailServer.from}`;
  const described = { id: EMAIL, kind: 'email', name: 'E-mail', description, is_active: true, fault: null } as const;
  return { described, channel: new EmailChannel(mailServer), version: 0 };
}

/** A path may be a secret, as that of chat services is. */
function maskedUrl(url: string): string {
  const { origin, pathname } = new URL(url);
  return pathname === '/' ? origin : `${origin}/…`;
}
