// The contact points of people, with what changes and lists them.

import type { ChannelKind } from '@gonsters/contract';
import type { Clock } from '../clock.ts';
import type { Database } from '../database/database.ts';
import type { EventBus } from '../events/event-bus.ts';
import type { MachineService } from '../machines/machine-service.ts';
import { validateAddress } from '../notifications/channels/channel-kinds.ts';
import type { Channels } from '../notifications/channels/channels.ts';
import { ContactBook } from '../notifications/contacts/contact-book.ts';
import { ContactCodes } from '../notifications/contacts/contact-codes.ts';
import { ContactEditor } from '../notifications/contacts/contact-editor.ts';
import { ContactList } from '../notifications/contacts/contact-list.ts';
import { ContactRepository } from '../notifications/contacts/contact-repository.ts';
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
  bus: EventBus;
  clock: Clock;
}): Promise<{ contacts: ContactBook; contactEditor: ContactEditor; contactList: ContactList }> {
  const { database, channels, box, bus, clock } = deps;
  const repository = new ContactRepository(database);
  const factoryOf = (machineId: string) => deps.machines.get(machineId)?.record.factoryId;
  const contacts = new ContactBook({ repository, channels, box, factoryOf, bus });
  await repository.removeOrphans(clock.nowMs());
  await contacts.reload();
  deps.accounts.observe({
    changed: () => contacts.changed(),
    gone: ({ id, username: name, role, factoryId }) =>
      contacts.personGone({ id, name, role, factoryId }, clock.nowMs()),
  });
  const parts = { repository, book: contacts, channels, clock };
  const codes = new ContactCodes(deps.secret);
  const addressFault = (kind: string, address: string) => validateAddress(kind as ChannelKind, address);
  const contactEditor = new ContactEditor({ ...parts, codes, addressFault, box });
  return { contacts, contactEditor, contactList: new ContactList(parts) };
}
