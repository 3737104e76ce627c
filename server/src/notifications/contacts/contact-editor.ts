// What people do to contact points: add, verify, test, order and remove them.

import { randomUUID } from 'node:crypto';
import { type ContactPreferences, MAX_CONTACTS } from '@gonsters/contract';
import type { Clock } from '../../clock.ts';
import { AppError } from '../../errors.ts';
import type { SecretBox } from '../../secret-box.ts';
import type { Channel, Outcome } from '../channels/channel.ts';
import { addressKey, maskedAddress } from './address.ts';
import type { CarryingChannel } from './carrying-channel.ts';
import { CODE_LIMITS, CODE_TRIES, CODE_VALID_MS, type ContactCodes } from './contact-codes.ts';
import { type ContactDirectory, contactReference } from './contact-directory.ts';
import { awaitsLink, type ContactLinks } from './contact-links.ts';
import type { ContactRepository, ContactRow } from './contact-repository.ts';
import { codeMessage, testMessage } from './contact-text.ts';
import { withContact } from './preference-order.ts';

interface ContactEditorDeps {
  repository: ContactRepository;
  directory: ContactDirectory;
  channels: {
    refresh(): Promise<void>;
    list(): readonly CarryingChannel[];
    get(id: string): Channel | null;
  };
  /** What is wrong with an address; null where it is right. */
  addressFault: (kind: string, address: string) => string | null;
  codes: ContactCodes;
  links: Pick<ContactLinks, 'renew'>;
  box: SecretBox;
  clock: Clock;
}

/** What became of a message that was sent at once. */
export interface Sent {
  readonly result: Outcome['kind'];
  readonly response: string;
  readonly tookMs: number;
}

export class ContactEditor {
  readonly #deps: ContactEditorDeps;

  constructor(deps: ContactEditorDeps) {
    this.#deps = deps;
  }

  /**
   * Adds a contact point and sends its code. Rejects with `not_found` for an unknown person, with `validation_failed`, with `conflict`
   * where the person has it already, has too many, or the channel is switched off, and with `rate_limited`.
   *
   * @param by the id of the user who asks
   */
  async add(
    userId: string,
    by: string,
    input: { channelId: string; address: string; label: string | null },
  ): Promise<{ point: ContactRow; sent: Sent }> {
    const { directory, channels, repository, codes, box, clock } = this.#deps;
    this.#person(userId);
    await channels.refresh();
    const described = channels.list().find(({ id }) => id === input.channelId);
    if (described === undefined) throw fault('channel_id', 'names no channel', input.channelId);
    const { kind } = described;
    if (!described.is_active || channels.get(described.id) === null) {
      throw new AppError('conflict', `The channel ${described.name} is switched off`);
    }
    const wrong =
      input.address !== ''
        ? this.#deps.addressFault(kind, input.address)
        : described.has_destination
          ? null
          : 'must not be empty';
    if (wrong !== null) throw fault('address', wrong);
    const points = directory.pointsOf(userId);
    if (points.length >= MAX_CONTACTS) {
      throw new AppError('conflict', `A person can have at most ${MAX_CONTACTS} contact points`);
    }
    const key = addressKey(kind, input.address);
    for (const point of points) {
      if (point.channel !== described.id) continue;
      const known = await box.decrypt(point.sealed);
      if (known !== null && addressKey(kind, known) === key) {
        throw new AppError('conflict', 'This address is a contact point of the person already');
      }
    }
    const sealed = await box.encrypt(input.address);
    await this.#spend(by, this.#limitedKey(described.id, kind, input.address));
    const id = randomUUID();
    const code = codes.newCode();
    const nowMs = clock.nowMs();
    const point: ContactRow = {
      ...{ id, user_id: userId, channel: described.id, kind, sealed, label: input.label },
      display: maskedAddress(kind, input.address),
      ...{ verified_at: null, code_hash: codes.hashOf(id, code), code_until: nowMs + CODE_VALID_MS, code_tries: 0 },
      ...{ created_at: nowMs, removed_at: null },
    };
    await repository.add(point);
    await directory.changed();
    return { point, sent: await this.#send(point, codeMessage(directory.languageOf(userId), code)) };
  }

  /** Sends another code, or makes another link, in place of the former. Rejects with `not_found`, with `conflict` if it is verified, and `rate_limited`. */
  async sendCode(
    userId: string,
    by: string,
    contactId: string,
  ): Promise<{ point: ContactRow; sent: Sent | null; link: string | null }> {
    const { directory, repository, codes, clock } = this.#deps;
    const former = this.#point(userId, contactId);
    if (former.verified_at !== null) throw new AppError('conflict', 'This contact point is verified already');
    if (awaitsLink(former)) return { ...(await this.#deps.links.renew(former)), sent: null };
    await this.#spend(by, this.#limitedKey(former.channel, former.kind, await this.#address(former)));
    const code = codes.newCode();
    const change = {
      code_hash: codes.hashOf(contactId, code),
      code_until: clock.nowMs() + CODE_VALID_MS,
      code_tries: 0,
    };
    await repository.update(contactId, change);
    await directory.changed();
    const point = { ...former, ...change };
    return { point, sent: await this.#send(point, codeMessage(directory.languageOf(userId), code)), link: null };
  }

  /** The first verified contact points are used in the order in which they came. Rejects with `not_found` and `validation_failed`. */
  async verify(userId: string, contactId: string, code: string): Promise<ContactRow> {
    const { directory, repository, codes, clock } = this.#deps;
    const known = this.#point(userId, contactId);
    if (known.verified_at !== null) return known;
    if (awaitsLink(known)) throw new AppError('conflict', 'This contact point is verified by opening its link');
    const nowMs = clock.nowMs();
    const point = await repository.countTry(contactId, CODE_TRIES, nowMs);
    if (point === null) throw fault('code', 'cannot be entered any more: it has expired, or was tried too often');
    if (!codes.matches(contactId, code, point.code_hash ?? '')) {
      const left = CODE_TRIES - point.code_tries;
      // Lists say that it cannot be entered any more.
      if (left === 0) await directory.changed();
      throw fault('code', left === 0 ? 'is wrong; ask for a new one' : `is wrong; it can be tried ${left} more times`);
    }
    const change = { verified_at: nowMs, code_hash: null, code_until: null };
    await repository.update(contactId, change);
    const preferences = withContact(directory.preferencesOf(userId), contactId);
    await repository.setPreferences(userId, JSON.stringify(preferences), nowMs);
    await directory.changed();
    return { ...point, ...change };
  }

  /** Sends a message to a verified contact point. Rejects with `not_found`, `conflict` and `rate_limited`. */
  async test(userId: string, by: string, contactId: string): Promise<{ point: ContactRow; sent: Sent }> {
    const point = this.#point(userId, contactId);
    if (point.verified_at === null) throw new AppError('conflict', 'Only a verified contact point can be tested');
    await this.#spend(by, `test ${contactId}`);
    return { point, sent: await this.#send(point, testMessage(this.#deps.directory.languageOf(userId))) };
  }

  /** What was sent to it stays on record. Rejects with `not_found`. */
  async remove(userId: string, contactId: string): Promise<ContactRow> {
    const point = this.#point(userId, contactId);
    await this.#deps.repository.remove(contactId, this.#deps.clock.nowMs());
    await this.#deps.directory.changed();
    return point;
  }

  /** Rejects with `not_found` for an unknown person, and with `validation_failed` for a contact point of somebody else. */
  async setPreferences(userId: string, preferences: ContactPreferences): Promise<void> {
    const { directory, repository, clock } = this.#deps;
    this.#person(userId);
    const own = new Set(directory.pointsOf(userId).map(({ id }) => id));
    const faults = (['normal', 'critical'] as const).flatMap((field) =>
      (preferences[field] ?? []).flatMap((id, i) =>
        own.has(id) ? [] : [{ field: `${field}[${i}]`, error: 'names no contact point of the person', value: id }],
      ),
    );
    if (faults.length > 0) throw new AppError('validation_failed', undefined, { faults });
    await repository.setPreferences(userId, JSON.stringify(preferences), clock.nowMs());
    await directory.changed();
  }

  #person(userId: string): void {
    if (this.#deps.directory.person(userId) === null) {
      throw new AppError('not_found', `No active user with id ${userId} exists`);
    }
  }

  #point(userId: string, contactId: string): ContactRow {
    this.#person(userId);
    const point = this.#deps.directory.pointsOf(userId).find(({ id }) => id === contactId);
    if (point === undefined) throw new AppError('not_found', `No contact point has the id ${contactId}`);
    return point;
  }

  /** Where a channel leads by itself, that is one address. */
  #limitedKey = (channelId: string, kind: string, address: string) =>
    address === '' ? `${channelId} itself` : addressKey(kind, address);

  async #address({ id }: ContactRow): Promise<string> {
    const address = await this.#deps.directory.addressOf(contactReference(id));
    if (address === null) throw new AppError('conflict', 'The address was encrypted with another SECRETS_KEY');
    return address;
  }

  async #spend(by: string, key: string): Promise<void> {
    const { repository, codes, clock } = this.#deps;
    const nowMs = clock.nowMs();
    const code = { id: randomUUID(), requested_by: by, address_hash: codes.addressHash(key), created_at: nowMs };
    const nextMs = await repository.noteCode(code, CODE_LIMITS);
    if (nextMs === null) return;
    const retryAfterSeconds = Math.max(1, Math.ceil((nextMs - nowMs) / 1000));
    throw new AppError('rate_limited', 'Too many messages were sent there or asked for; try again later', {
      retryAfterSeconds,
    });
  }

  async #send(point: ContactRow, message: { subject: string; text: string }): Promise<Sent> {
    const startedMs = performance.now();
    const channel = this.#deps.channels.get(point.channel);
    const outcome: Outcome =
      channel === null
        ? { kind: 'never', response: 'The channel is switched off, or not set up any more' }
        : await channel.send({ id: randomUUID(), ...message }, await this.#address(point));
    return {
      result: outcome.kind,
      response: outcome.response,
      tookMs: Math.round(performance.now() - startedMs),
    };
  }
}

const fault = (field: string, error: string, value?: unknown) =>
  new AppError('validation_failed', undefined, {
    faults: [{ field, error: `${field} ${error}`, ...(value === undefined ? {} : { value }) }],
  });
