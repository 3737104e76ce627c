// The contact points of a person as replies have them, without what is secret.

import { type ContactPoint, type ContactsReply, isoTime } from '@gonsters/contract';
import type { Clock } from '../../clock.ts';
import { AppError } from '../../errors.ts';
import type { CarryingChannel } from './carrying-channel.ts';
import { CODE_TRIES } from './contact-codes.ts';
import { type ContactDirectory, contactReference } from './contact-directory.ts';
import { awaitsLink, type ContactLinks } from './contact-links.ts';
import type { ContactRepository, ContactRow } from './contact-repository.ts';

const FAULTS = { channel_removed: 'Its channel was removed', channel_off: 'Its channel is switched off' } as const;

interface ContactListDeps {
  repository: Pick<ContactRepository, 'lastMessage'>;
  directory: ContactDirectory;
  channels: { refresh(): Promise<void>; list(): readonly CarryingChannel[] };
  links: Pick<ContactLinks, 'isOffered'>;
  clock: Clock;
}

export class ContactList {
  readonly #deps: ContactListDeps;

  constructor(deps: ContactListDeps) {
    this.#deps = deps;
  }

  /** Rejects with `not_found` for somebody who does not exist or is not active. */
  async of(userId: string): Promise<Omit<ContactsReply, 'status'>> {
    const { directory, channels, links } = this.#deps;
    if (directory.person(userId) === null) throw new AppError('not_found', `No active user with id ${userId} exists`);
    await channels.refresh();
    const contacts = await Promise.all(directory.pointsOf(userId).map((point) => this.view(point)));
    const choices = await Promise.all(
      channels
        .list()
        .filter((channel) => channel.is_active)
        .map(async ({ id, kind, name, needs_contact, address_hint }) => ({
          ...{ id, kind, name, needs_contact, address_hint },
          has_link: await links.isOffered(id),
        })),
    );
    return { ...directory.preferencesOf(userId), contacts, channels: choices };
  }

  async view(point: ContactRow): Promise<ContactPoint> {
    const { repository, channels, clock } = this.#deps;
    const channel = channels.list().find(({ id }) => id === point.channel);
    const last = await repository.lastMessage(point.channel, contactReference(point.id));
    const faultCode = channel === undefined ? 'channel_removed' : channel.is_active ? null : 'channel_off';
    const canEnter = (point.code_until ?? 0) > clock.nowMs() && point.code_tries < CODE_TRIES;
    return {
      id: point.id,
      channel_id: point.channel,
      kind: point.kind,
      channel_name: channel?.name ?? point.kind,
      address: point.display,
      label: point.label,
      is_verified: point.verified_at !== null,
      verified_at: point.verified_at === null ? null : isoTime(point.verified_at),
      code_expires_at: canEnter && point.code_until !== null ? isoTime(point.code_until) : null,
      fault: faultCode && FAULTS[faultCode],
      fault_code: faultCode,
      awaits_link: awaitsLink(point),
      last: last && { at: isoTime(last.sent_at ?? last.created_at), state: last.state, response: last.response },
      created_at: isoTime(point.created_at),
    };
  }
}
