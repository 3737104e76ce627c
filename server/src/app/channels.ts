// The channels of notifications: what carries messages, what comes back from it, and what tells whether it works.

import { alertView } from '../alerts/alert-view.ts';
import type { AuditLog } from '../audit/audit-log.ts';
import type { Clock } from '../clock.ts';
import type { Config } from '../config.ts';
import type { Database } from '../database/database.ts';
import type { EventBus } from '../events/event-bus.ts';
import { describeAlert } from '../http/audited-alert.ts';
import type { Logger } from '../log.ts';
import type { MachineService } from '../machines/machine-service.ts';
import type { AcknowledgeLinks } from '../notifications/acknowledge-links.ts';
import { ButtonPresses, type PressedAlert } from '../notifications/button-presses.ts';
import { AllowedAddresses } from '../notifications/channels/allowed-addresses.ts';
import { ChannelEditor } from '../notifications/channels/channel-editor.ts';
import { ChannelHealth } from '../notifications/channels/channel-health.ts';
import { ChannelHttp } from '../notifications/channels/channel-request.ts';
import { Channels } from '../notifications/channels/channels.ts';
import { SelfTests } from '../notifications/channels/self-tests.ts';
import { SlackHook } from '../notifications/channels/slack-hook.ts';
import { TelegramUpdates } from '../notifications/channels/telegram-updates.ts';
import { WhatsappChannel } from '../notifications/channels/whatsapp-channel.ts';
import { WhatsappHook } from '../notifications/channels/whatsapp-hook.ts';
import type { ContactDirectory } from '../notifications/contacts/contact-directory.ts';
import { Heartbeat } from '../notifications/heartbeat.ts';
import { ChannelRepository } from '../notifications/store/channel-repository.ts';
import { ChannelStates } from '../notifications/store/channel-states.ts';
import { MessageReceipts } from '../notifications/store/message-receipts.ts';
import type { ReadingStore } from '../readings/reading-store.ts';
import type { SecretBox } from '../secret-box.ts';
import type { SettingsService } from '../settings/settings-service.ts';
import type { Lifecycle } from './lifecycle.ts';

interface Deps {
  config: Pick<Config, 'mailServer' | 'notifyAllowedNetworks'>;
  box: SecretBox;
  database: Database;
  bus: EventBus;
  clock: Clock;
  log: Logger;
}

export function createChannels(deps: Deps, lifecycle: Lifecycle) {
  const { config, database, box, bus, clock, log } = deps;
  const repository = new ChannelRepository(database);
  const addresses = new AllowedAddresses(config.notifyAllowedNetworks);
  const http = new ChannelHttp(addresses);
  const nowMs = () => clock.nowMs();
  const channels = lifecycle.service(
    new Channels({ mailServer: config.mailServer, ...{ repository, box, addresses, nowMs } }),
  );
  const states = new ChannelStates(database);
  const health = new ChannelHealth({ channels, states, bus, nowMs, log });
  const editor = new ChannelEditor({ repository, channels, box, clock });
  return { channels, editor, states, health, http };
}

/** What comes back from the channels, and what only the leader runs of them. */
export function createChannelJobs(
  deps: Deps & {
    parts: ReturnType<typeof createChannels>;
    links: AcknowledgeLinks;
    people: Pick<ContactDirectory, 'addressOf' | 'languageOf'>;
    /** Somebody has opened the link of a bot with a code. */
    linked: (channelId: string, code: string, chatId: string) => Promise<string>;
    audit: Pick<AuditLog, 'append'>;
    machines: Pick<MachineService, 'get'>;
    readings: Pick<ReadingStore, 'probe'>;
    settings: Pick<SettingsService, 'all'>;
    /** In which messages write times. */
    zone: () => string;
  },
  lifecycle: Lifecycle,
) {
  const { parts, database, readings, settings, audit, zone, clock, bus, log } = deps;
  const { channels, states, health, http } = parts;
  const nowMs = () => clock.nowMs();
  const receipts = lifecycle.service(new MessageReceipts(database));
  const acknowledged = ({ alert, person, channelName }: PressedAlert) =>
    audit.append(
      {
        ...{ userId: person, username: alert.acknowledgedBy, action: 'alert.acknowledge', target: alert.id },
        ...{ outcome: 'success', ip: null, requestId: null },
        details: { ...describeAlert(alertView(alert, deps.machines)), note: null, channel: channelName },
      },
      nowMs(),
    );
  const presses = new ButtonPresses({ links: deps.links, people: deps.people, acknowledged, zone });
  const context = { http, addresses: { allows: () => false }, nowMs, gone: () => {} };
  const heartbeat = new Heartbeat({
    ...{ url: () => settings.all().heartbeat_url ?? '', http, states, bus, nowMs, log },
    probe: () => Promise.all([database.probeWrite(), readings.probe()]),
  });
  return {
    heartbeat,
    slackHook: new SlackHook({ presses, http, nowMs }),
    whatsappHook: new WhatsappHook({
      ...{ presses, receipts, nowMs },
      reply: (whatsapp) => new WhatsappChannel(whatsapp, context),
    }),
    jobs: [
      health,
      heartbeat,
      new SelfTests({ channels, states, zone, nowMs, log }),
      new TelegramUpdates({ ...{ channels, http, presses, receipts, states, nowMs, log }, linked: deps.linked }),
    ] as const,
  };
}
