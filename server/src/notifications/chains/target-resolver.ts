// Whom the targets of a step are at one moment, and by which contact point. The dispatcher and the preview both ask it.

import {
  type AlertEvent,
  isoTime,
  type NamedTarget,
  type NotificationChannel,
  type Severity,
  type Target,
  type TellingReason,
} from '@gonsters/contract';
import { contactKey, type Recipient } from '../notification-types.ts';
import type { DutyPlan, People } from '../people.ts';
import { reason } from './reason-text.ts';

/** Somebody who is told. */
export interface Tell extends Recipient {
  /** The address without what is secret. */
  readonly display: string;
  /** Not before this time, UTC ms: that of the step, or the end of quiet hours. */
  readonly dueAtMs: number;
  /** What a reader of the preview should know. */
  readonly note: TellingReason | null;
}

export interface Resolved {
  readonly tells: readonly Tell[];
  /** Targets that tell nobody, and why. */
  readonly gaps: readonly TellingReason[];
}

export interface ResolvedAlert {
  readonly severity: Severity;
  readonly machine_ids: AlertEvent['machine_ids'];
}

interface TargetResolverDeps {
  people: People;
  duty: DutyPlan;
  channels: {
    list(): readonly Pick<NotificationChannel, 'id' | 'kind' | 'name' | 'is_active'>[];
    /** Every webhook that is switched on. */
    webhooks(): readonly Recipient[];
  };
  /** The address of the plant; null where none is set, or no mail server. */
  alertEmail: () => Recipient | null;
}

export class TargetResolver {
  readonly #deps: TargetResolverDeps;

  constructor(deps: TargetResolverDeps) {
    this.#deps = deps;
  }

  /**
   * Everybody once, whatever the number of targets that name them.
   *
   * @param isUsable whether messages get through on a channel at present
   */
  resolve(
    targets: readonly Target[],
    alert: ResolvedAlert,
    atMs: number,
    isUsable: (channel: string) => boolean = () => true,
  ): Resolved {
    const tells = new Map<string, Tell>();
    const people = new Set<string>();
    const gaps: TellingReason[] = [];
    // That the plant has no address is no gap where others are told.
    const unset: TellingReason[] = [];
    for (const target of targets) {
      const { recipients, persons, gap } = this.#resolve(target, alert, atMs);
      if (gap !== null) (target.kind === 'alert_email' || target.kind === 'webhooks' ? unset : gaps).push(gap);
      for (const { display, ...recipient } of recipients) {
        const tell = { ...recipient, display, dueAtMs: atMs, note: null };
        if (!tells.has(contactKey(tell))) tells.set(contactKey(tell), tell);
      }
      for (const person of persons) {
        if (people.has(person)) continue;
        people.add(person);
        const told = this.#tellOf(person, alert, atMs, isUsable);
        if ('code' in told) gaps.push(told);
        else if (!tells.has(contactKey(told))) tells.set(contactKey(told), told);
      }
    }
    return { tells: [...tells.values()], gaps: tells.size === 0 ? [...gaps, ...unset] : gaps };
  }

  /** Whether somebody is meant to be told: not where only the address and the webhooks of the plant are named, and there are none. */
  promises(targets: readonly Target[]): boolean {
    const { alertEmail, channels } = this.#deps;
    return targets.some(({ kind }) =>
      kind === 'alert_email' ? alertEmail() !== null : kind === 'webhooks' ? channels.webhooks().length > 0 : true,
    );
  }

  /** Whom a target names at present. */
  nameOf(target: Target): NamedTarget {
    const { people, duty, channels } = this.#deps;
    const { kind } = target;
    switch (kind) {
      case 'person':
        return { kind, name: people.person(target.user_id)?.name ?? null };
      case 'role':
        return { kind, name: target.role };
      case 'duty':
        return { kind, name: duty.schedules.find(({ id }) => id === target.schedule_id)?.name ?? null };
      case 'channel':
        return { kind, name: channels.list().find(({ id }) => id === target.channel_id)?.name ?? null };
      default:
        return { kind, name: null };
    }
  }

  #resolve(target: Target, alert: ResolvedAlert, atMs: number) {
    const { people, duty, channels, alertEmail } = this.#deps;
    const named = (recipients: readonly Recipient[], gap: TellingReason | null = null) => ({
      recipients: recipients.map((each) => ({ ...each, display: each.contact })),
      persons: [] as string[],
      gap,
    });
    const persons = (ids: readonly string[], gap: TellingReason | null = null) => ({
      recipients: [],
      persons: [...ids],
      gap,
    });
    switch (target.kind) {
      case 'person':
        return people.person(target.user_id) === null ? persons([], reason('person_left')) : persons([target.user_id]);
      case 'role': {
        const ids = people.people(target.role).map(({ id }) => id);
        const mayKnow = ids.filter((id) => people.mayKnow(id, alert));
        return persons(mayKnow, mayKnow.length === 0 ? reason('no_person_of_role', { role: target.role }) : null);
      }
      case 'duty': {
        const person = duty.onDuty(target.schedule_id, atMs);
        if (person !== null) return persons([person]);
        const { name } = this.nameOf(target);
        return persons([], reason('nobody_on_duty', name === null ? {} : { schedule: name }));
      }
      case 'channel': {
        const channel = channels.list().find(({ id }) => id === target.channel_id);
        // A webhook is named as every other part names it, so that it is told once.
        const contact = channel?.kind === 'webhook' ? channel.name : target.address;
        if (channel?.is_active) return named([{ person: null, channel: channel.id, contact }]);
        return named([], channel ? reason('channel_off', { channel: channel.name }) : reason('channel_removed'));
      }
      case 'alert_email': {
        const recipient = alertEmail();
        return recipient === null ? named([], reason('no_alert_email')) : named([recipient]);
      }
      case 'webhooks':
        return named(channels.webhooks(), channels.webhooks().length === 0 ? reason('no_webhook') : null);
    }
  }

  /** @returns why the person is not told, or how */
  #tellOf(
    person: string,
    alert: ResolvedAlert,
    atMs: number,
    isUsable: (channel: string) => boolean,
  ): Tell | TellingReason {
    const { people } = this.#deps;
    const name = people.person(person)?.name;
    if (name === undefined) return reason('person_left');
    if (!people.mayKnow(person, alert)) return reason('may_not_see', { person: name });
    const contacts = people.contactsOf(person, alert);
    // Where messages get through nowhere, the first contact point waits for its channel.
    const first = contacts.find(({ channel }) => isUsable(channel)) ?? contacts[0];
    if (first === undefined) return reason('no_contact', { person: name });
    const { channel, contact, display } = first;
    const quietUntilMs = people.quietUntil(person, atMs);
    const isHeld = quietUntilMs !== null && alert.severity !== 'critical';
    const note =
      quietUntilMs === null
        ? null
        : isHeld
          ? reason('waits_quiet_hours', { until: isoTime(quietUntilMs) })
          : reason('passes_quiet_hours');
    return { person, channel, contact, display, dueAtMs: isHeld ? quietUntilMs : atMs, note };
  }
}
