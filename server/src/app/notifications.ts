// Notifications: who is told of an alert, by which channel, and the links with which it is acknowledged.

import type { ChannelKind } from '@gonsters/contract';
import type { AlertService } from '../alerts/alert-service.ts';
import type { Clock } from '../clock.ts';
import type { Cluster } from '../cluster/open-cluster.ts';
import type { Config } from '../config.ts';
import type { Database } from '../database/database.ts';
import type { EventBus } from '../events/event-bus.ts';
import type { Logger } from '../log.ts';
import type { MachineService } from '../machines/machine-service.ts';
import { AcknowledgeLinks } from '../notifications/acknowledge-links.ts';
import { AllowedAddresses } from '../notifications/channels/allowed-addresses.ts';
import { ChannelEditor } from '../notifications/channels/channel-editor.ts';
import { ChannelHealth } from '../notifications/channels/channel-health.ts';
import { validateAddress } from '../notifications/channels/channel-kinds.ts';
import { Channels, EMAIL } from '../notifications/channels/channels.ts';
import { SecretBox } from '../notifications/channels/secret-box.ts';
import { ContactBook } from '../notifications/contacts/contact-book.ts';
import { ContactCodes } from '../notifications/contacts/contact-codes.ts';
import { ContactEditor } from '../notifications/contacts/contact-editor.ts';
import { ContactList } from '../notifications/contacts/contact-list.ts';
import { ContactRepository } from '../notifications/contacts/contact-repository.ts';
import { LinkBase } from '../notifications/link-base.ts';
import { MessageComposer } from '../notifications/message-composer.ts';
import type { DutyPlan } from '../notifications/people.ts';
import { ChannelRecord } from '../notifications/store/channel-record.ts';
import { ChannelRepository } from '../notifications/store/channel-repository.ts';
import { ChannelStates } from '../notifications/store/channel-states.ts';
import { MessageQueue } from '../notifications/store/message-queue.ts';
import { Notices } from '../notifications/store/notices.ts';
import { ToldItems } from '../notifications/store/told-items.ts';
import type { SettingsService } from '../settings/settings-service.ts';
import { openSigningSecret } from '../users/signing-secret.ts';
import type { UserService } from '../users/user-service.ts';
import { createDispatching } from './dispatching.ts';
import type { Lifecycle } from './lifecycle.ts';

export interface Notifications extends Awaited<ReturnType<typeof createDispatching>> {
  told: ToldItems;
  links: AcknowledgeLinks;
  linkBase: LinkBase;
  channels: Channels;
  editor: ChannelEditor;
  record: ChannelRecord;
  states: ChannelStates;
  health: Pick<ChannelHealth, 'settled'>;
  /** What only the leader runs beside the dispatcher. */
  jobs: readonly { start(): void; stop(): Promise<void> }[];
  contacts: ContactBook;
  contactEditor: ContactEditor;
  contactList: ContactList;
}

export async function createNotifications(
  deps: {
    config: Pick<
      Config,
      'dataDir' | 'jwtSecret' | 'mailServer' | 'notifyAllowedNetworks' | 'postgres' | 'publicUrl' | 'secretsKey'
    >;
    database: Database;
    settings: SettingsService;
    alerts: AlertService;
    machines: Pick<MachineService, 'get'>;
    accounts: Pick<UserService, 'observe'>;
    dutyService: DutyPlan;
    bus: EventBus;
    cluster: Pick<Cluster, 'isShared'>;
    clock: Clock;
    log: Logger;
  },
  lifecycle: Lifecycle,
): Promise<Notifications> {
  const { config, database, settings, alerts, clock } = deps;
  const repository = new ChannelRepository(database);
  const box = new SecretBox(config.secretsKey, config.postgres === null ? config.dataDir : null);
  const addresses = new AllowedAddresses(config.notifyAllowedNetworks);
  const nowMs = () => clock.nowMs();
  const channels = lifecycle.service(
    new Channels({ mailServer: config.mailServer, ...{ repository, box, addresses, nowMs } }),
  );
  const states = new ChannelStates(database);
  const health = new ChannelHealth({ channels, states, bus: deps.bus, nowMs, log: deps.log });
  const editor = new ChannelEditor({ repository, channels, box, clock });
  const contactRepository = new ContactRepository(database);
  const contacts = new ContactBook({
    ...{ repository: contactRepository, channels, box, bus: deps.bus },
    factoryOf: (machineId) => deps.machines.get(machineId)?.record.factoryId,
  });
  await contactRepository.removeOrphans(nowMs());
  await contacts.reload();
  deps.accounts.observe({
    changed: () => contacts.changed(),
    gone: ({ id, username: name, role, factoryId }) => contacts.personGone({ id, name, role, factoryId }, nowMs()),
  });
  settings.addRule((wanted, changed) =>
    changed === 'alert_email' && wanted.alert_email !== '' && channels.get(EMAIL) === null
      ? 'cannot be set while no mail server is configured; set SMTP_URL first'
      : null,
  );
  const told = new ToldItems(database);
  const queue = new MessageQueue(database);
  const secret = await openSigningSecret(config.dataDir, config.jwtSecret);
  const contactParts = { repository: contactRepository, book: contacts, channels };
  const contactEditor = new ContactEditor({
    ...contactParts,
    ...{ codes: new ContactCodes(secret), box, clock },
    addressFault: (kind, address) => validateAddress(kind as ChannelKind, address),
  });
  const contactList = new ContactList({ ...contactParts, clock });
  const links = new AcknowledgeLinks({ secret, told, alerts, clock });
  const linkBase = new LinkBase(config.publicUrl, settings);
  const zone = () => settings.all().plant_timezone ?? 'UTC';
  const notices = new Notices(database);
  const composer = new MessageComposer({ queue, notices, links, base: linkBase, zone });
  const dispatching = await createDispatching({
    ...{ ...deps, channels, contacts, composer, queue, notices },
    isAlone: !deps.cluster.isShared,
  });
  const ofContacts = { contacts, contactEditor, contactList };
  return {
    ...dispatching,
    ...{ states, health, jobs: [health] },
    editor,
    record: new ChannelRecord(database),
    told,
    links,
    linkBase,
    channels,
    ...ofContacts,
  };
}
