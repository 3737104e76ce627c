// Notifications: who is told of an alert, by which channel, and the links with which it is acknowledged.

import type { AlertService } from '../alerts/alert-service.ts';
import type { Clock } from '../clock.ts';
import type { Cluster } from '../cluster/open-cluster.ts';
import type { Config } from '../config.ts';
import type { Database } from '../database/database.ts';
import type { EventBus } from '../events/event-bus.ts';
import type { Logger } from '../log.ts';
import { AcknowledgeLinks } from '../notifications/acknowledge-links.ts';
import { Channels, EMAIL } from '../notifications/channels.ts';
import { Dispatcher } from '../notifications/dispatcher.ts';
import { LinkBase } from '../notifications/link-base.ts';
import { MessageComposer } from '../notifications/message-composer.ts';
import { ChannelRecord } from '../notifications/store/channel-record.ts';
import { ExpiredMessages } from '../notifications/store/expired-messages.ts';
import { MessageQueue } from '../notifications/store/message-queue.ts';
import { Outbox } from '../notifications/store/outbox.ts';
import { ToldItems } from '../notifications/store/told-items.ts';
import { WaitingItems } from '../notifications/store/waiting-items.ts';
import type { SettingsService } from '../settings/settings-service.ts';
import { openSigningSecret } from '../users/signing-secret.ts';
import type { Lifecycle } from './lifecycle.ts';

export interface Notifications {
  told: ToldItems;
  links: AcknowledgeLinks;
  linkBase: LinkBase;
  channels: Channels;
  record: ChannelRecord;
  /** Not started yet: only the leader runs it. */
  dispatcher: Dispatcher;
}

export async function createNotifications(
  deps: {
    config: Pick<Config, 'dataDir' | 'jwtSecret' | 'mailServer' | 'publicUrl'>;
    database: Database;
    settings: SettingsService;
    alerts: AlertService;
    bus: EventBus;
    cluster: Pick<Cluster, 'isShared'>;
    clock: Clock;
    log: Logger;
  },
  lifecycle: Lifecycle,
): Promise<Notifications> {
  const { config, database, settings, alerts, clock } = deps;
  const channels = lifecycle.service(new Channels(config.mailServer));
  settings.addRule((wanted, changed) =>
    changed === 'alert_email' && wanted.alert_email !== '' && channels.get(EMAIL) === null
      ? 'cannot be set while no mail server is configured; set SMTP_URL first'
      : null,
  );
  const told = new ToldItems(database);
  const queue = new MessageQueue(database);
  const secret = await openSigningSecret(config.dataDir, config.jwtSecret);
  const links = new AcknowledgeLinks({ secret, told, alerts, clock });
  const linkBase = new LinkBase(config.publicUrl, settings);
  const zone = () => settings.all().plant_timezone ?? 'UTC';
  const composer = new MessageComposer({ queue, links, base: linkBase, zone });
  const recipients = () => {
    const contact = settings.all().alert_email ?? '';
    return contact === '' || channels.get(EMAIL) === null ? [] : [{ person: null, channel: EMAIL, contact }];
  };
  const dispatcher = new Dispatcher({
    ...deps,
    ...{ composer, recipients },
    store: {
      outbox: new Outbox(database),
      waiting: new WaitingItems(database),
      queue,
      expired: new ExpiredMessages(database),
    },
    channel: (name) => channels.get(name),
    isAlone: !deps.cluster.isShared,
  });
  return { record: new ChannelRecord(database), told, links, linkBase, channels, dispatcher };
}
