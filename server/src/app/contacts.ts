// The contact points of people, with what changes and lists them.

import type { ChannelKind } from '@gonsters/contract';
import type { AuditLog } from '../audit/audit-log.ts';
import type { Clock } from '../clock.ts';
import type { Database } from '../database/database.ts';
import type { EventBus } from '../events/event-bus.ts';
import type { MachineService } from '../machines/machine-service.ts';
import { validateAddress } from '../notifications/channels/channel-kinds.ts';
import type { Channels } from '../notifications/channels/channels.ts';
import { ContactCodes } from '../notifications/contacts/contact-codes.ts';
import { ContactDirectory } from '../notifications/contacts/contact-directory.ts';
import { ContactEditor } from '../notifications/contacts/contact-editor.ts';
import { ContactLinks } from '../notifications/contacts/contact-links.ts';
import { ContactList } from '../notifications/contacts/contact-list.ts';
import { ContactRepository, type ContactRow } from '../notifications/contacts/contact-repository.ts';
import type { ChannelStates } from '../notifications/store/channel-states.ts';
import { OwnMessages } from '../notifications/store/own-messages.ts';
import type { SecretBox } from '../secret-box.ts';
import type { UserService } from '../users/user-service.ts';

/** @param deps `secret`: the same on all nodes */
export async function openContacts(deps: {
  database: Database;
  channels: Channels;
  box: SecretBox;
  secret: Uint8Array;
  machines: Pick<MachineService, 'get'>;
  accounts: Pick<UserService, 'observe'>;
  states: Pick<ChannelStates, 'all'>;
  audit: Pick<AuditLog, 'append'>;
  bus: EventBus;
  clock: Clock;
}): Promise<{
  contacts: ContactDirectory;
  contactEditor: ContactEditor;
  contactLinks: ContactLinks;
  contactList: ContactList;
  ownMessages: OwnMessages;
}> {
  const { database, channels, box, bus, clock } = deps;
  const repository = new ContactRepository(database);
  const factoryOf = (machineId: string) => deps.machines.get(machineId)?.record.factoryId;
  const contacts = new ContactDirectory({ repository, channels, box, factoryOf, bus });
  await repository.removeOrphans(clock.nowMs());
  await contacts.reload();
  deps.accounts.observe({
    changed: () => contacts.changed(),
    gone: ({ id, username: name, role, factoryId }) =>
      contacts.personGone({ id, name, role, factoryId }, clock.nowMs()),
  });
  const parts = { repository, directory: contacts, channels, clock };
  const codes = new ContactCodes(deps.secret);
  const addressFault = (kind: string, address: string) => validateAddress(kind as ChannelKind, address);
  const linkOf = async (channelId: string) => (await deps.states.all()).get(channelId)?.link ?? null;
  const verified = (point: ContactRow, username: string) =>
    deps.audit.append(
      {
        ...{ userId: point.user_id, username, action: 'contact.verify', target: point.user_id, outcome: 'success' },
        ...{ ip: null, requestId: null },
        details: { contact: point.id, kind: point.kind, address: point.display, channel: point.channel },
      },
      clock.nowMs(),
    );
  const contactLinks = new ContactLinks({ ...parts, codes, box, linkOf, verified });
  const contactEditor = new ContactEditor({ ...parts, codes, addressFault, box, links: contactLinks });
  const ownMessages = new OwnMessages({
    database,
    mayKnow: (userId, event) => contacts.mayKnow(userId, event),
    channelName: (id) => channels.list().find((channel) => channel.id === id)?.name ?? null,
  });
  const contactList = new ContactList({ ...parts, links: contactLinks });
  return { contacts, contactEditor, contactLinks, contactList, ownMessages };
}
