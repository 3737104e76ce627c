// What decides who is told of an alert, and sends it: routes, chains, and the dispatcher that runs them on the leader.

import type { AlertService } from '../alerts/alert-service.ts';
import type { Clock } from '../clock.ts';
import type { Database } from '../database/database.ts';
import type { EventBus } from '../events/event-bus.ts';
import type { Logger } from '../log.ts';
import type { MachineService } from '../machines/machine-service.ts';
import { RoutePreviews } from '../notifications/chains/preview.ts';
import { RunSteps } from '../notifications/chains/run-steps.ts';
import { RunStory } from '../notifications/chains/run-story.ts';
import { TargetResolver } from '../notifications/chains/target-resolver.ts';
import { ToldAlerts } from '../notifications/chains/told-alerts.ts';
import { validateAddress } from '../notifications/channels/channel-kinds.ts';
import type { Channels } from '../notifications/channels/channels.ts';
import type { ContactDirectory } from '../notifications/contacts/contact-directory.ts';
import { Dispatcher } from '../notifications/dispatcher.ts';
import type { MessageComposer } from '../notifications/message-composer.ts';
import { MessageSender } from '../notifications/message-sender.ts';
import { NextContacts } from '../notifications/next-contacts.ts';
import { runDrill } from '../notifications/notices/drill.ts';
import { NoticeSender } from '../notifications/notices/notice-sender.ts';
import type { DutyPlan, People } from '../notifications/people.ts';
import { ChangePlanner } from '../notifications/plan-changes.ts';
import { RouteService } from '../notifications/routes/route-service.ts';
import { ExpiredMessages } from '../notifications/store/expired-messages.ts';
import { FailedMessages } from '../notifications/store/failed-messages.ts';
import type { MessageQueue } from '../notifications/store/message-queue.ts';
import type { Notices } from '../notifications/store/notices.ts';
import { Outbox } from '../notifications/store/outbox.ts';
import { RouteRepository } from '../notifications/store/route-repository.ts';
import { Runs } from '../notifications/store/runs.ts';
import { WaitingItems } from '../notifications/store/waiting-items.ts';
import type { SettingsService } from '../settings/settings-service.ts';

/** Nothing runs yet. */
export async function createDispatching(deps: {
  database: Database;
  settings: SettingsService;
  alerts: Pick<AlertService, 'noteTold'>;
  machines: Pick<MachineService, 'get'>;
  channels: Pick<Channels, 'get' | 'list' | 'mailChannel' | 'webhooks' | 'refresh' | 'isAbout'>;
  contacts: People & Pick<ContactDirectory, 'addressOf' | 'onPersonGone'>;
  /** The duty schedules and the shift calendar. */
  dutyService: DutyPlan;
  composer: Pick<MessageComposer, 'compose'>;
  queue: MessageQueue;
  notices: Notices;
  bus: EventBus;
  /** No other node sends. */
  isAlone: boolean;
  clock: Clock;
  log: Logger;
}) {
  const { database, settings, alerts, machines, channels, contacts: people, composer, queue, notices } = deps;
  const { bus, clock, log, isAlone, dutyService: duty } = deps;
  const alertEmail = () => {
    const contact = settings.all().alert_email ?? '';
    const mailChannel = contact === '' ? null : channels.mailChannel();
    return mailChannel === null ? null : { person: null, channel: mailChannel, contact };
  };
  const outbox = new Outbox(database);
  const runs = new Runs(database);
  const waiting = new WaitingItems(database);
  const routes = new RouteRepository(database);
  await routes.ensureDefault(clock.nowMs());
  const channel = (name: string) => channels.get(name);
  const addressOf = (contact: string) => people.addressOf(contact);
  const messages = new MessageSender({ queue, composer, channel, addressOf, clock, log });
  const isUsable = (id: string) => messages.isUsable(id);
  const targets = new TargetResolver({ people, duty, channels, alertEmail });
  const steps = new RunSteps({ runs, targets, isUsable, clock, isAbout: (event, id) => channels.isAbout(event, id) });
  const planner = new ChangePlanner({
    ...{ outbox, runs, routes, steps, people, duty, clock },
    sensorTypeOf: (id) => machines.get(id)?.record.sensorType ?? null,
    hasChannel: (id) => channels.get(id) !== null,
  });
  const failed = new FailedMessages(database);
  const dispatcher = new Dispatcher({
    ...{ planner, steps, sender: messages, bus, clock, log, isAlone },
    store: { outbox, runs, waiting, queue, expired: new ExpiredMessages(database) },
    nextContacts: new NextContacts({ failed, waiting, notices, runs, people, isUsable }),
    told: new ToldAlerts({ runs, alerts }),
    refreshChannels: () => channels.refresh(),
  });
  const sender = new NoticeSender({
    ...{ notices, people, clock },
    fallback: () => [alertEmail()].filter((each) => each !== null),
    wake: () => dispatcher.wake(),
  });
  const routeService = new RouteService({
    ...{ repository: routes, notices: sender, people, duty, channels, clock },
    hasAlertEmail: () => alertEmail() !== null,
    addressFault: validateAddress,
    hasWebhooks: () => channels.webhooks().length > 0,
  });
  people.onPersonGone((person) => routeService.personGone(person));
  return {
    ...{ dispatcher, sender, routeService },
    runStory: new RunStory({ runs, targets }),
    previews: new RoutePreviews({ routes, targets, people, duty, channels }),
    drill: (by: string) => runDrill(by, { duty, people, notices: sender, clock }),
  };
}
