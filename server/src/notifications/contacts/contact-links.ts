// Contact points that are added by a link: the person opens it in the app of the channel, which sends the code to the bot. What
// comes back tells the address and proves it at once.

import { randomBytes, randomUUID } from 'node:crypto';
import { MAX_CONTACTS } from '@gonsters/contract';
import type { Clock } from '../../clock.ts';
import { AppError } from '../../errors.ts';
import type { SecretBox } from '../../secret-box.ts';
import { addressKey, maskedAddress } from './address.ts';
import type { CarryingChannel } from './carrying-channel.ts';
import { CODE_VALID_MS, type ContactCodes } from './contact-codes.ts';
import type { ContactDirectory } from './contact-directory.ts';
import type { ContactRepository, ContactRow } from './contact-repository.ts';
import { linkAnswer } from './contact-text.ts';
import { withContact } from './preference-order.ts';

/** 128 bits; a link may carry 64 characters. */
const TOKEN_BYTES = 16;

export interface LinkedContact {
  readonly point: ContactRow;
  /** Shown once; only a hash of its code is stored. */
  readonly link: string;
}

interface ContactLinksDeps {
  repository: ContactRepository;
  directory: ContactDirectory;
  channels: { refresh(): Promise<void>; list(): readonly CarryingChannel[] };
  codes: ContactCodes;
  box: SecretBox;
  /** Where a chat with the bot of a channel is opened; null for channels without one, and while it is not known. */
  linkOf: (channelId: string) => Promise<string | null>;
  /** A contact point was verified, for the audit log. */
  verified: (point: ContactRow, person: string) => Promise<void>;
  clock: Clock;
}

/** Whether the contact point waits for its link to be opened: its address is not known before. */
export const awaitsLink = ({ sealed, verified_at, removed_at }: ContactRow): boolean =>
  sealed === '' && verified_at === null && removed_at === null;

export class ContactLinks {
  readonly #deps: ContactLinksDeps;

  constructor(deps: ContactLinksDeps) {
    this.#deps = deps;
  }

  /** Whether contact points of this channel can be added by a link at present. */
  async isOffered(channelId: string): Promise<boolean> {
    return (await this.#deps.linkOf(channelId)) !== null;
  }

  /**
   * Adds a contact point that waits for its link; where one of the channel waits already, that one gets another link. Rejects with
   * `validation_failed` for an unknown channel, and with `conflict` where it is switched off or has no bot, or the person has too many.
   */
  async add(userId: string, channelId: string, label: string | null): Promise<LinkedContact> {
    const { directory, channels, repository, clock } = this.#deps;
    if (directory.person(userId) === null) throw new AppError('not_found', `No active user with id ${userId} exists`);
    await channels.refresh();
    const channel = channels.list().find(({ id }) => id === channelId);
    if (channel === undefined) {
      const error = 'channel_id names no channel';
      throw new AppError('validation_failed', undefined, {
        faults: [{ field: 'channel_id', error, value: channelId }],
      });
    }
    if (!channel.is_active) throw new AppError('conflict', `The channel ${channel.name} is switched off`);
    const points = directory.pointsOf(userId);
    const waiting = points.find((point) => point.channel === channelId && awaitsLink(point));
    if (waiting !== undefined) return this.renew(waiting);
    if (points.length >= MAX_CONTACTS) {
      throw new AppError('conflict', `A person can have at most ${MAX_CONTACTS} contact points`);
    }
    const { link, change } = await this.#newLink(channelId);
    const point: ContactRow = {
      ...{ id: randomUUID(), user_id: userId, channel: channelId, kind: channel.kind, sealed: '', display: '', label },
      ...{ verified_at: null, ...change, created_at: clock.nowMs(), removed_at: null },
    };
    await repository.add(point);
    await directory.changed();
    return { point, link };
  }

  /** Another link, in place of the former. Rejects with `conflict` where the bot is not known. */
  async renew(point: ContactRow): Promise<LinkedContact> {
    const { repository, directory } = this.#deps;
    const { link, change } = await this.#newLink(point.channel);
    await repository.update(point.id, change);
    await directory.changed();
    return { point: { ...point, ...change }, link };
  }

  /**
   * Somebody has sent the code of a link to the bot. It works once.
   *
   * @param address where it was sent from
   * @returns what to tell them
   */
  async open(channelId: string, token: string, address: string): Promise<string> {
    const { repository, directory, codes, box, verified, clock } = this.#deps;
    const nowMs = clock.nowMs();
    const change = { sealed: await box.encrypt(address), verified_at: nowMs };
    const hash = codes.hashOf(channelId, token);
    const kindOf = this.#deps.channels.list().find(({ id }) => id === channelId)?.kind ?? '';
    const point = await repository.openLink(
      channelId,
      hash,
      { ...change, display: maskedAddress(kindOf, address) },
      nowMs,
    );
    if (point === null) return linkAnswer('en', 'unknown', '');
    // It may have been added on another node, which has told this one a moment ago at best.
    await directory.reload();
    const { user_id: userId, kind } = point;
    const person = directory.person(userId);
    if (person === null) return linkAnswer('en', 'unknown', '');
    const language = directory.languageOf(userId);
    for (const other of directory.pointsOf(userId)) {
      if (other.id === point.id || other.channel !== channelId || other.verified_at === null) continue;
      const known = await box.decrypt(other.sealed);
      if (known === null || addressKey(kind, known) !== addressKey(kind, address)) continue;
      await repository.remove(point.id, nowMs);
      await directory.changed();
      return linkAnswer(language, 'known', person.name);
    }
    const preferences = withContact(directory.preferencesOf(userId), point.id);
    await repository.setPreferences(userId, JSON.stringify(preferences), nowMs);
    await directory.changed();
    await verified(point, person.name);
    return linkAnswer(language, 'verified', person.name);
  }

  async #newLink(channelId: string) {
    const { codes, linkOf, clock } = this.#deps;
    const bot = await linkOf(channelId);
    if (bot === null) {
      throw new AppError(
        'conflict',
        'The channel has no bot that can be opened by a link, or the bot has not answered yet',
      );
    }
    const token = randomBytes(TOKEN_BYTES).toString('base64url');
    const change = {
      code_hash: codes.hashOf(channelId, token),
      code_until: clock.nowMs() + CODE_VALID_MS,
      code_tries: 0,
    };
    return { link: `${bot}?start=${token}`, change };
  }
}
