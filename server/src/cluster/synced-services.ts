// The services whose memory a node brings up to date with what other nodes did.

import type { AlertService } from '../alerts/alert-service.ts';
import type { ClockGuard } from '../clock-guard/clock-guard.ts';
import type { GatewayService } from '../gateways/gateway-service.ts';
import type { DeadLetters } from '../ingest/dead-letters/dead-letters.ts';
import type { Provisioning } from '../ingest/provisioning/provisioning.ts';
import type { MachineService } from '../machines/machine-service.ts';
import type { ReadingStore } from '../readings/reading-store.ts';
import type { SettingsService } from '../settings/settings-service.ts';
import type { SessionService } from '../users/session-service.ts';
import type { SignInBackoff } from '../users/sign-in-backoff.ts';

export interface SyncedServices {
  settings: SettingsService;
  gateways: GatewayService;
  machines: MachineService;
  sessions: Pick<SessionService, 'reload'>;
  alerts: AlertService;
  readings: Pick<ReadingStore, 'latest'>;
  backoff: SignInBackoff;
  deadLetters: DeadLetters;
  provisioning: Provisioning;
  clockGuard: Pick<ClockGuard, 'noteTimes'>;
}
