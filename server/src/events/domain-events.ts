// Every event of the bus: each domain declares its own, and this is their union.

import type { AccessKeyEvent } from '../access-keys/access-key-events.ts';
import type { AlertEvent } from '../alerts/alert-events.ts';
import type { DutyEvent } from '../duty/duty-events.ts';
import type { GatewayEvent } from '../gateways/gateway-events.ts';
import type { IngestEvent } from '../ingest/ingest-events.ts';
import type { MachineEvent } from '../machines/machine-events.ts';
import type { MetricArrivalEvent, MetricEvent } from '../metrics/metric-events.ts';
import type { ChannelEvent } from '../notifications/notification-events.ts';
import type { ReadingEvent } from '../readings/reading-events.ts';
import type { SettingsEvent } from '../settings/settings-events.ts';
import type { PeopleEvent, SecondFactorEvent, SessionEvent, SignInEvent } from '../users/user-events.ts';

export type DomainEvent =
  | ReadingEvent
  | AlertEvent
  | ChannelEvent
  | MachineEvent
  | MetricEvent
  | SettingsEvent
  | DutyEvent
  | GatewayEvent
  | AccessKeyEvent
  | SessionEvent
  | PeopleEvent
  | SecondFactorEvent
  | NodeEvent;

/** Events that update the memory of other nodes and are not delivered to subscribers there. */
export type NodeEvent = IngestEvent | MetricArrivalEvent | SignInEvent;
