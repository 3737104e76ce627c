// The channels that are set up: the mail server of the environment, and those that people add.

import type { Alert, ChannelKind, NotificationChannel } from '@gonsters/contract';
import type { SecretBox } from '../../secret-box.ts';
import type { Recipient } from '../notification-types.ts';
import type { ChannelRepository, ChannelRow } from '../store/channel-repository.ts';
import type { AllowedAddresses } from './allowed-addresses.ts';
import type { Channel, Outcome, OutgoingMessage } from './channel.ts';
import type { ChannelContext, OwnSecrets } from './channel-kind.ts';
import { kindOf } from './channel-kinds.ts';
import { ChannelHttp } from './channel-request.ts';
import { describeMailServer, EmailChannel, type MailServer } from './email-channel.ts';
import { type AnySettings, maskedSettings } from './masked-settings.ts';

/** The id of the channel that `SMTP_URL` sets up. */
export const EMAIL = 'email';
/** Its name, which no other channel can have. */
export const EMAIL_NAME = 'E-mail';

/** What is sealed of a channel. */
export interface SealedChannel {
  readonly settings: AnySettings;
  /** What the server has made for it. */
  readonly own: OwnSecrets;
}

export type DescribedChannel = Pick<
  NotificationChannel,
  | ('id' | 'kind' | 'name' | 'description' | 'is_active' | 'fault' | 'has_destination' | 'needs_contact')
  | ('buttons' | 'address_hint' | 'hook_path' | 'version' | 'settings')
>;

/** A channel with its secrets. */
export interface OpenChannel {
  readonly described: DescribedChannel;
  readonly channel: Channel;
  /** null where its secrets cannot be read, and for the mail server of the environment. */
  readonly sealed: SealedChannel | null;
}

export interface ChannelsDeps {
  /** null where the environment has none. */
  mailServer: MailServer | null;
  repository: ChannelRepository;
  box: SecretBox;
  addresses: AllowedAddresses;
  nowMs: () => number;
}

type Observer = (channel: DescribedChannel, outcome: Outcome, works: boolean | null) => void;

const NOT_READABLE = 'Its secrets cannot be read: they were encrypted with another SECRETS_KEY';

export class Channels {
  readonly #deps: ChannelsDeps;
  readonly #http: ChannelHttp;
  readonly #observers: Observer[] = [];
  #open: ReadonlyMap<string, OpenChannel>;

  constructor(deps: ChannelsDeps) {
    this.#deps = deps;
    this.#http = new ChannelHttp(deps.addresses);
    this.#open = new Map(deps.mailServer === null ? [] : [[EMAIL, this.#openEmail(deps.mailServer)]]);
  }

  /** Called with what became of each message and self-test; `works` is null where that tells nothing of the channel. */
  observe(observer: Observer): void {
    this.#observers.push(observer);
  }

  /** Reads what people have changed, on this node or another. */
  async refresh(): Promise<void> {
    const open = new Map([...this.#open].filter(([id]) => id === EMAIL));
    for (const row of await this.#deps.repository.all()) {
      const known = this.#open.get(row.id);
      const isCurrent =
        known?.described.version === row.updated_at && known.described.is_active === (row.is_active === 1);
      open.set(row.id, isCurrent ? known : await this.#openRow(row));
    }
    const replaced = [...this.#open].filter(([id, { channel }]) => open.get(id)?.channel !== channel);
    this.#open = open;
    for (const [, { channel }] of replaced) channel.close();
  }

  /** null where it is switched off, or there is none. */
  get(id: string): Channel | null {
    const open = this.#open.get(id);
    return open?.described.is_active ? open.channel : null;
  }

  /** What mails to the address of the plant go by: the mail server of the environment, or else the first that people added. */
  mailChannel(): string | null {
    if (this.get(EMAIL) !== null) return EMAIL;
    return this.ofKind('email')[0]?.described.id ?? null;
  }

  /** null where there is none. */
  opened(id: string): OpenChannel | null {
    return this.#open.get(id) ?? null;
  }

  /** Those of a kind that are switched on and can be used. */
  ofKind(kind: ChannelKind): (OpenChannel & { sealed: SealedChannel })[] {
    return [...this.#open.values()].filter(
      (open): open is OpenChannel & { sealed: SealedChannel } =>
        open.described.kind === kind && open.described.is_active && open.sealed !== null,
    );
  }

  /** Without secrets. */
  list(): readonly DescribedChannel[] {
    return [...this.#open.values()].map(({ described }) => described);
  }

  /** Whether an alert says that this channel fails, so that it cannot be told by it. */
  isAbout({ condition, machine_name: name }: Pick<Alert, 'condition' | 'machine_name'>, id: string): boolean {
    return condition === 'notification' && this.#open.get(id)?.described.name === name;
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

  async #openRow(row: ChannelRow): Promise<OpenChannel> {
    const { repository, box, addresses, nowMs } = this.#deps;
    const { id, kind, name } = row;
    const definition = kindOf(kind);
    const text = await box.decrypt(row.sealed);
    const sealed = text === null ? null : unsealed(JSON.parse(text));
    const common = {
      ...{ id, kind, name, is_active: row.is_active === 1, version: row.updated_at },
      address_hint: definition.addressHint,
      hook_path: definition.hook === undefined ? null : `/hooks/${id}/${definition.hook}`,
    };
    if (sealed === null) {
      const unknown = { description: '—', fault: NOT_READABLE, settings: null, buttons: false };
      const described = { ...common, ...unknown, has_destination: false, needs_contact: false };
      return { described, channel: this.#observed(described, UNREADABLE), sealed };
    }
    const settings = sealed.settings as never;
    const hasDestination = definition.hasDestination(settings);
    const described: DescribedChannel = {
      ...common,
      ...{ description: definition.describe(settings), fault: row.fault, settings: maskedSettings(kind, settings) },
      ...{ has_destination: hasDestination, needs_contact: !hasDestination },
      buttons: definition.hasButtons(settings),
    };
    const gone = (reason: string) => {
      // If it cannot be stored now, the next message finds out again.
      repository.update(id, { is_active: 0, fault: reason, updated_at: nowMs() }).catch(() => {});
    };
    const context: ChannelContext = { http: this.#http, addresses, nowMs, gone };
    return { described, channel: this.#observed(described, definition.open(settings, sealed.own, context)), sealed };
  }

  #openEmail(mailServer: MailServer): OpenChannel {
    const described: DescribedChannel = {
      ...{ id: EMAIL, kind: 'email', name: EMAIL_NAME, description: describeMailServer(mailServer), is_active: true },
      ...{ fault: null, has_destination: false, needs_contact: true, buttons: false, hook_path: null, version: 0 },
      ...{ address_hint: kindOf('email').addressHint, settings: null },
    };
    return { described, channel: this.#observed(described, new EmailChannel(mailServer, null)), sealed: null };
  }

  #observed(described: DescribedChannel, channel: Channel): Channel {
    const noted = (outcome: Outcome, isOwn: boolean) => {
      for (const observer of this.#observers) observer(described, outcome, works(outcome, isOwn));
      return outcome;
    };
    const hasOnlyOwn = described.address_hint === '';
    return {
      send: async (message: OutgoingMessage, contact: string) =>
        noted(await channel.send(message, contact), contact === '' || hasOnlyOwn),
      selfTest: async () => noted(await channel.selfTest(), true),
      close: () => channel.close(),
    };
  }
}

/** A refused address says nothing of the channel; a refused destination of its own says that it reaches nobody. */
function works(outcome: Outcome, isOwn: boolean): boolean | null {
  if (outcome.kind === 'accepted') return true;
  if (outcome.kind === 'retry') return outcome.isBusy === true ? null : false;
  return outcome.isChannelFault === true || isOwn ? false : null;
}

/** Webhooks of the first version were sealed without a level of settings. */
export function unsealed(value: unknown): SealedChannel {
  if (typeof value === 'object' && value !== null && 'settings' in value) return value as SealedChannel;
  const { url, ...own } = value as { url: string } & Record<string, unknown>;
  return { settings: { url }, own };
}

const UNREADABLE: Channel = {
  send: async () => ({ kind: 'retry', response: NOT_READABLE, afterMs: null }),
  selfTest: async () => ({ kind: 'retry', response: NOT_READABLE, afterMs: null }),
  close: () => {},
};
