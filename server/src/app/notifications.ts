// Notifications: who is told of an alert, by which channel, and the links with which it is acknowledged.

import type { AlertService } from '../alerts/alert-service.ts';
import type { AuditLog } from '../audit/audit-log.ts';
import type { Clock } from '../clock.ts';
import type { Cluster } from '../cluster/open-cluster.ts';
import type { Config } from '../config.ts';
import type { Database } from '../database/database.ts';
import type { EventBus } from '../events/event-bus.ts';
import type { Logger } from '../log.ts';
import { AcknowledgeLinks } from '../notifications/acknowledge-links.ts';
import type { ContactDirectory } from '../notifications/contacts/contact-directory.ts';
import type { ContactEditor } from '../notifications/contacts/contact-editor.ts';
import type { ContactLinks } from '../notifications/contacts/contact-links.ts';
import type { ContactList } from '../notifications/contacts/contact-list.ts';
import { LinkBase } from '../notifications/link-base.ts';
import type { MessageTemplates } from '../notifications/messages/message-templates.ts';
import type { TemplatePreview } from '../notifications/messages/template-preview.ts';
import type { DutyPlan } from '../notifications/people.ts';
import { ChannelRecord } from '../notifications/store/channel-record.ts';
import { MessageQueue } from '../notifications/store/message-queue.ts';
import { Notices } from '../notifications/store/notices.ts';
import type { OwnMessages } from '../notifications/store/own-messages.ts';
import { ToldItems } from '../notifications/store/told-items.ts';
import type { ReadingStore } from '../readings/reading-store.ts';
import type { SecretBox } from '../secret-box.ts';
import type { SettingsService } from '../settings/settings-service.ts';
import { openSigningSecret } from '../users/signing-secret.ts';
import type { UserService } from '../users/user-service.ts';
import { createChannelJobs, createChannels } from './channels.ts';
import { openContacts } from './contacts.ts';
import { createDispatching } from './dispatching.ts';
import type { Lifecycle } from './lifecycle.ts';
import { type Catalogues, createMessages } from './messages.ts';

/** `jobs`: what only the leader runs beside the dispatcher. */
export interface Notifications
  extends Awaited<ReturnType<typeof createDispatching>>,
    Omit<ReturnType<typeof createChannels>, 'http'>,
    ReturnType<typeof createChannelJobs> {
  told: ToldItems;
  links: AcknowledgeLinks;
  linkBase: LinkBase;
  record: ChannelRecord;
  contacts: ContactDirectory;
  contactEditor: ContactEditor;
  contactLinks: ContactLinks;
  contactList: ContactList;
  ownMessages: OwnMessages;
  templates: MessageTemplates;
  templatePreview: TemplatePreview;
}

export async function createNotifications(
  deps: Catalogues & {
    config: Pick<Config, 'dataDir' | 'jwtSecret' | 'mailServer' | 'notifyAllowedNetworks' | 'publicUrl'>;
    box: SecretBox;
    database: Database;
    settings: SettingsService;
    alerts: AlertService;
    readings: Pick<ReadingStore, 'probe'>;
    audit: Pick<AuditLog, 'append'>;
    accounts: Pick<UserService, 'observe'>;
    dutyService: DutyPlan;
    bus: EventBus;
    cluster: Pick<Cluster, 'isShared'>;
    clock: Clock;
    log: Logger;
  },
  lifecycle: Lifecycle,
): Promise<Notifications> {
  const { config, database, settings, alerts, dutyService, clock } = deps;
  const ofChannels = createChannels(deps, lifecycle);
  const { channels } = ofChannels;
  const { box } = deps;
  settings.addRule((wanted, changed) =>
    changed === 'alert_email' && wanted.alert_email !== '' && channels.mailChannel() === null
      ? 'cannot be set while no mail server is configured; set SMTP_URL, or add one as a channel'
      : null,
  );
  const told = new ToldItems(database, (id) => channels.list().find((channel) => channel.id === id)?.name ?? null);
  const queue = new MessageQueue(database);
  const secret = await openSigningSecret(config.dataDir, config.jwtSecret);
  const ofContacts = await openContacts({ ...deps, channels, states: ofChannels.states, box, secret });
  const { contacts, contactLinks } = ofContacts;
  const links = new AcknowledgeLinks({ secret, told, alerts, people: contacts, clock });
  const linkBase = new LinkBase(config.publicUrl, settings);
  // That of the shift calendar, once somebody has set one; else that of the plant.
  const zone = () => dutyService.calendar.zone;
  const notices = new Notices(database);
  const { composer, ...ofMessages } = createMessages({
    ...deps,
    ...{ queue, notices, links, base: linkBase, people: contacts, zone },
  });
  const dispatching = await createDispatching({
    ...{ ...deps, channels, contacts, composer, queue, notices },
    isAlone: !deps.cluster.isShared,
  });
  const channelJobs = createChannelJobs(
    {
      ...deps,
      ...{ parts: ofChannels, links, people: contacts, zone },
      linked: (channelId, code, chatId) => contactLinks.open(channelId, code, chatId),
    },
    lifecycle,
  );
  return {
    ...dispatching,
    ...ofChannels,
    ...channelJobs,
    record: new ChannelRecord(database),
    told,
    links,
    linkBase,
    ...ofContacts,
    ...ofMessages,
  };
}
