// What the HTTP edge needs of the rest of the server.

import type { Broker, DrillReply, ShiftNote, ShiftReport, ShiftSignOff } from '@gonsters/contract';
import type { AccessKeyService } from '../access-keys/access-key-service.ts';
import type { AlertService } from '../alerts/alert-service.ts';
import type { BacktestService } from '../alerts/backtest/backtest-service.ts';
import type { ConditionService } from '../alerts/conditions/condition-service.ts';
import type { BadActorReports } from '../alerts/improvement/bad-actors.ts';
import type { Improvements } from '../alerts/improvement/improvements.ts';
import type { AuditLog } from '../audit/audit-log.ts';
import type { Clock } from '../clock.ts';
import type { ClockGuard } from '../clock-guard/clock-guard.ts';
import type { ObservedNode } from '../cluster/node-monitor.ts';
import type { SharedRateCounters } from '../cluster/shared-rate-counters.ts';
import type { Config } from '../config.ts';
import type { DutyEditor } from '../duty/duty-editor.ts';
import type { DutyService } from '../duty/duty-service.ts';
import type { NameOf } from '../duty/duty-view.ts';
import type { GatewayConnections } from '../gateways/gateway-connections.ts';
import type { GatewayService } from '../gateways/gateway-service.ts';
import type { GatewayTraffic } from '../gateways/gateway-traffic.ts';
import type { ProfileService } from '../gateways/profile-service.ts';
import type { ClockSkewGuard } from '../ingest/clock-skew/clock-skew-guard.ts';
import type { DeviceClocks } from '../ingest/clock-skew/device-clocks.ts';
import type { IngestCatalogue } from '../ingest/codecs/metric-fields.ts';
import type { DeadLetters } from '../ingest/dead-letters/dead-letters.ts';
import type { IncomingData } from '../ingest/incoming/incoming-data.ts';
import type { IncomingReplay } from '../ingest/incoming/incoming-replay.ts';
import type { IngestReadings } from '../ingest/pipeline/ingest-readings.ts';
import type { ActiveProfiles } from '../ingest/profiles/active-profiles.ts';
import type { Provisioning } from '../ingest/provisioning/provisioning.ts';
import type { SparkplugHost } from '../ingest/sparkplug/sparkplug-host.ts';
import type { Logger } from '../log.ts';
import type { AlertCatalogue } from '../machines/alert-catalogue.ts';
import type { HandoverRepository } from '../machines/handover/handover-repository.ts';
import type { MachineHandovers } from '../machines/handover/machine-handovers.ts';
import type { MachineScope } from '../machines/machine-scope.ts';
import type { MachineService } from '../machines/machine-service.ts';
import type { MetricService } from '../metrics/metric-service.ts';
import type { AcknowledgeLinks } from '../notifications/acknowledge-links.ts';
import type { RoutePreviews } from '../notifications/chains/preview.ts';
import type { RunStory } from '../notifications/chains/run-story.ts';
import type { ChannelEditor } from '../notifications/channels/channel-editor.ts';
import type { ChannelHealth } from '../notifications/channels/channel-health.ts';
import type { Channels } from '../notifications/channels/channels.ts';
import type { SlackHook } from '../notifications/channels/slack-hook.ts';
import type { WhatsappHook } from '../notifications/channels/whatsapp-hook.ts';
import type { ContactEditor } from '../notifications/contacts/contact-editor.ts';
import type { ContactLinks } from '../notifications/contacts/contact-links.ts';
import type { ContactList } from '../notifications/contacts/contact-list.ts';
import type { Heartbeat } from '../notifications/heartbeat.ts';
import type { LinkBase } from '../notifications/link-base.ts';
import type { MessageTemplates } from '../notifications/messages/message-templates.ts';
import type { TemplatePreview } from '../notifications/messages/template-preview.ts';
import type { RouteService } from '../notifications/routes/route-service.ts';
import type { ChannelRecord } from '../notifications/store/channel-record.ts';
import type { ChannelStates } from '../notifications/store/channel-states.ts';
import type { OwnMessages } from '../notifications/store/own-messages.ts';
import type { ToldItems } from '../notifications/store/told-items.ts';
import type { ProcessMetrics } from '../process-metrics.ts';
import type { ParquetWriter } from '../readings/export-table.ts';
import type { InstallationDamage } from '../readings/installation-damage.ts';
import type { QueryCatalogue } from '../readings/queried-metric.ts';
import type { ReadingStore } from '../readings/reading-store.ts';
import type { ShownMetrics } from '../readings/shown-metrics.ts';
import type { DamageRecords } from '../readings/stored-damage.ts';
import type { SettingsService } from '../settings/settings-service.ts';
import type { TlsCertificate } from '../tls-certificate.ts';
import type { Principal } from '../users/access-tokens.ts';
import type { OpenedOidc } from '../users/oidc/open-oidc.ts';
import type { OwnPassword } from '../users/own-password.ts';
import type { PasswordLinks } from '../users/password-links.ts';
import type { FactorEnrolment } from '../users/second-factors/factor-enrolment.ts';
import type { SecondFactorCheck } from '../users/second-factors/second-factor-check.ts';
import type { SecondFactorGate } from '../users/second-factors/second-factor-gate.ts';
import type { SessionService } from '../users/session-service.ts';
import type { SignIn } from '../users/sign-in.ts';
import type { UserService } from '../users/user-service.ts';

type NoteAuthor = Pick<Principal, 'userId' | 'username' | 'factoryId'>;

export interface HttpDeps {
  config: Config;
  log: Logger;
  clock: Clock;
  metrics: ProcessMetrics;
  /** Rejects with `store_unavailable` where nothing can be stored. */
  database: { probeWrite(): Promise<void> };
  readings: ReadingStore & DamageRecords;
  /** Damage of the database and the audit log. */
  installation: Pick<InstallationDamage, 'damage' | 'acknowledge'>;
  /** Metrics and machine types, as people change them. */
  metricService: MetricService;
  /** The same as queries and alerts read them. */
  catalogue: QueryCatalogue & AlertCatalogue & Pick<ShownMetrics, 'statesOf'>;
  ingestFields: IngestCatalogue;
  parquet: ParquetWriter;
  ingest: IngestReadings;
  deadLetters: DeadLetters;
  incoming: IncomingData;
  incomingReplay: IncomingReplay;
  clockSkew: ClockSkewGuard;
  clocks: DeviceClocks;
  clockGuard: ClockGuard;
  provisioning: Provisioning;
  machines: MachineService;
  conditions: ConditionService;
  handovers: MachineHandovers;
  deletedMachines: Pick<HandoverRepository, 'deletedMachines' | 'deletedMachine' | 'forgetDeleted'>;
  alerts: AlertService;
  backtests: BacktestService;
  badActors: BadActorReports;
  improvements: Improvements;
  notifications: {
    told: Pick<ToldItems, 'ofAlert'>;
    runStory: RunStory;
    routeService: RouteService;
    previews: RoutePreviews;
    /** A test alarm to everybody on duty. @returns who is told */
    drill: (by: string) => Promise<DrillReply['told']>;
    links: AcknowledgeLinks;
    linkBase: Pick<LinkBase, 'current'>;
    channels: Pick<Channels, 'list' | 'ofKind' | 'opened' | 'refresh'>;
    editor: ChannelEditor;
    record: Pick<ChannelRecord, 'figures'>;
    states: Pick<ChannelStates, 'all'>;
    health: Pick<ChannelHealth, 'settled'>;
    heartbeat: Pick<Heartbeat, 'state'>;
    slackHook: SlackHook;
    whatsappHook: WhatsappHook;
    contactEditor: ContactEditor;
    contactLinks: ContactLinks;
    contactList: ContactList;
    ownMessages: OwnMessages;
    templates: MessageTemplates;
    templatePreview: TemplatePreview;
  };
  duty: { service: DutyService; editor: DutyEditor; nameOf: NameOf };
  shifts: {
    report(
      at: number | null,
      reader: { factoryId: MachineScope; seesValues: boolean; seesChannels: boolean },
    ): Promise<ShiftReport>;
    addNote(author: NoteAuthor, text: string): Promise<ShiftNote>;
    signOff(
      author: NoteAuthor,
      signed: { shiftFromMs: number; role: ShiftSignOff['role']; note: string | null },
    ): Promise<ShiftSignOff>;
  };
  settings: SettingsService;
  gateways: GatewayService;
  gatewayConnections: GatewayConnections;
  gatewayTraffic: GatewayTraffic;
  /** null without SPARKPLUG_HOST_ID. */
  sparkplug: SparkplugHost | null;
  accessKeys: AccessKeyService;
  profiles: ProfileService;
  profileRules: ActiveProfiles;
  /** Where gateways publish; null where no broker runs. */
  broker: () => Broker | null;
  /** Of the embedded broker; null without TLS. */
  certificate: TlsCertificate | null;
  accounts: UserService;
  passwordLinks: PasswordLinks;
  ownPassword: OwnPassword;
  secondFactorGate: SecondFactorGate;
  secondFactors: SecondFactorCheck;
  enrolment: FactorEnrolment;
  sessions: SessionService;
  oidc: OpenedOidc;
  signIn: SignIn;
  audit: AuditLog;
  /** The external broker; null where the embedded one is used. */
  externalBroker: { readonly isConnected: boolean } | null;
  /** To the other nodes; null for a server that is alone. */
  clusterLink: { readonly isConnected: boolean } | null;
  rateCounters: SharedRateCounters | null;
  /** The nodes of the plant as seen last; null for a server that is alone. */
  monitor: { readonly nodes: readonly ObservedNode[] } | null;
}
