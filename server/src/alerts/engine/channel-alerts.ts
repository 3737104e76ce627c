// Raises and clears the alert that a channel of notifications fails, so that nobody can be told by it.

import { randomUUID } from 'node:crypto';
import type { DomainEvent } from '../../events/domain-events.ts';
import {
  CHANNEL_METRIC,
  channelKey,
  clearedAlert,
  isActive,
  type Raise,
  raisedAlert,
  returnedAlert,
} from '../rules/alert-lifecycle.ts';
import { channelMessage } from '../rules/alert-message.ts';
import type { AlertChanges } from './alert-changes.ts';

type FailingChannels = Extract<DomainEvent, { kind: 'channels_failing' }>['channels'];

export class ChannelAlerts {
  readonly #changes: AlertChanges;

  constructor(changes: AlertChanges) {
    this.#changes = changes;
  }

  /** @param failing all channels that fail at present; of every other one the alert is cleared */
  update(failing: FailingChannels, nowMs: number): void {
    const keys = new Set(failing.map(({ name }) => channelKey(name)));
    for (const alert of [...this.#changes.open.all()]) {
      if (alert.metric !== CHANNEL_METRIC || !isActive(alert) || keys.has(channelKey(alert.machineName))) continue;
      this.#changes.change(clearedAlert(alert, nowMs), 'cleared');
    }
    for (const channel of failing) this.#raise(channel, nowMs);
  }

  #raise({ name, words, failure }: FailingChannels[number], nowMs: number): void {
    const current = this.#changes.open.byKey(channelKey(name));
    if (current !== undefined && isActive(current)) return;
    const raise = {
      ...{ id: randomUUID(), machineId: null, machineIds: [], machineName: name, location: '' },
      ...{ metric: CHANNEL_METRIC, limitKind: 'stale', severity: 'warning', message: channelMessage(words, failure) },
      ...{ threshold: null, value: null, peakValue: null, readingCount: 0, clearsAt: null, atMs: nowMs },
    } satisfies Raise;
    this.#changes.change(
      current === undefined ? this.#changes.withShelf(raisedAlert(raise, false)) : returnedAlert(current, raise, false),
      'raised',
    );
  }
}
