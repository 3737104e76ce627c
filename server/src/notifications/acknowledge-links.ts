// The links with which an alert is acknowledged from a message: signed, for one contact and one change of one alert, used once,
// within a day. Only the hash of the token is stored.

import { createHmac, hkdfSync } from 'node:crypto';
import type { AlertEvent } from '@gonsters/contract';
import type { AlertService } from '../alerts/alert-service.ts';
import type { AlertRecord } from '../alerts/store/alert-repository.ts';
import type { Clock } from '../clock.ts';
import { AppError, isAppError } from '../errors.ts';
import { hashOfToken } from '../token-hash.ts';
import type { People } from './people.ts';
import type { ToldItems } from './store/told-items.ts';

const VALID_MS = 86_400_000;
const KEY_BYTES = 32;

/** What a link leads to. `changed`: the alert returned or became worse after the message, so that a newer one tells of it. */
export type LinkState = 'open' | 'used' | 'expired' | 'settled' | 'changed';

export interface LinkedAlert {
  readonly state: LinkState;
  /** The alert as the message described it. */
  readonly event: AlertEvent;
  readonly contact: string;
  /** Of the person, or the address that belongs to nobody. */
  readonly name: string;
  /** Id of the user who was told; null for an address that belongs to nobody. */
  readonly person: string | null;
  readonly channel: string;
  /** UTC ms. */
  readonly expiresAtMs: number;
  /** When it was acknowledged, by whomever; UTC ms. */
  readonly acknowledgedAtMs: number | null;
  /** Who acknowledged it; null while nobody has. */
  readonly acknowledgedBy: string | null;
}

export class AcknowledgeLinks {
  readonly #key: Uint8Array;
  readonly #told: ToldItems;
  readonly #alerts: Pick<AlertService, 'get' | 'acknowledge'>;
  readonly #people: Pick<People, 'person'>;
  readonly #clock: Clock;

  /** @param secret the same on all nodes, at least 32 bytes */
  constructor(deps: {
    secret: Uint8Array;
    told: ToldItems;
    alerts: Pick<AlertService, 'get' | 'acknowledge'>;
    people: Pick<People, 'person'>;
    clock: Clock;
  }) {
    this.#key = new Uint8Array(hkdfSync('sha256', deps.secret, '', 'gonsters acknowledge links', KEY_BYTES));
    this.#told = deps.told;
    this.#alerts = deps.alerts;
    this.#people = deps.people;
    this.#clock = deps.clock;
  }

  /** The token of an item, 256 bits, the same each time its message is tried. Valid for a day from now. */
  async tokenOf(itemId: string): Promise<string> {
    const token = createHmac('sha256', this.#key).update(itemId).digest('base64url');
    await this.#told.setLink(itemId, hashOfToken(token), this.#clock.nowMs() + VALID_MS);
    return token;
  }

  /** Rejects with `not_found` where no message contains this link. */
  async describe(token: string): Promise<LinkedAlert> {
    const item = await this.#itemOf(token);
    const alert = await this.#alerts.get(item.alert_id);
    return {
      state: stateOf(item, alert, this.#clock.nowMs()),
      event: item.event,
      contact: item.contact,
      name: this.#nameOf(item),
      person: item.person,
      channel: item.channel,
      expiresAtMs: item.expires_at ?? 0,
      acknowledgedAtMs: alert.acknowledgedAtMs,
      acknowledgedBy: alert.acknowledgedBy,
    };
  }

  /**
   * Acknowledges the alert if the link is open. Rejects with `not_found` for an unknown link, and as `AlertService.acknowledge`
   * does where the change cannot be stored; the link can be used again then.
   *
   * @param by who acknowledges, where that is known better than from the contact
   * @returns what the link led to before, and the acknowledged alert if it was open
   */
  async acknowledge(token: string, by?: string): Promise<LinkedAlert & { alert: AlertRecord | null }> {
    const linked = await this.describe(token);
    if (linked.state !== 'open') return { ...linked, alert: null };
    if (!(await this.#told.useLink(hashOfToken(token), this.#clock.nowMs()))) {
      return { ...(await this.describe(token)), alert: null };
    }
    try {
      const item = await this.#itemOf(token);
      const name = by ?? this.#nameOf(item);
      const alert = await this.#alerts.acknowledge(item.alert_id, name, null);
      const { acknowledgedAtMs, acknowledgedBy } = alert;
      return { ...linked, acknowledgedAtMs, acknowledgedBy, alert };
    } catch (error) {
      await this.#told.releaseLink(hashOfToken(token));
      if (isAppError(error, 'invalid_state')) return { ...linked, state: 'settled', alert: null };
      throw error;
    }
  }

  async #itemOf(token: string) {
    const item = await this.#told.itemOfLink(hashOfToken(token));
    // The link of somebody who has left says nothing any more.
    const isGone = item !== null && item.person !== null && this.#people.person(item.person) === null;
    if (item === null || isGone) throw new AppError('not_found');
    return item;
  }

  #nameOf({ person, contact }: { person: string | null; contact: string }): string {
    return (person === null ? null : this.#people.person(person)?.name) ?? contact;
  }
}

function stateOf(
  item: { raise: number; severity: string; used_at: number | null; expires_at: number | null },
  alert: AlertRecord,
  nowMs: number,
): LinkState {
  if (item.used_at !== null) return 'used';
  if ((item.expires_at ?? 0) <= nowMs) return 'expired';
  if (alert.state !== 'active_unacked' && alert.state !== 'cleared_unacked') return 'settled';
  // A new raise and a change of severity were not in the message.
  return alert.raiseCount !== item.raise || alert.severity !== item.severity ? 'changed' : 'open';
}
