// Where people are told: kept in memory as stored, so that whoever plans messages need not wait.

import type {
  AlertEvent,
  ContactPreferences,
  MessageLanguage,
  NotificationChannel,
  Role,
  Severity,
} from '@gonsters/contract';
import type { EventBus } from '../../events/event-bus.ts';
import { readAgain } from '../../read-again.ts';
import type { SecretBox } from '../../secret-box.ts';
import type { ContactRepository, ContactRow, Person } from './contact-repository.ts';
import { quietHoursEnd } from './quiet-hours.ts';

const REFERENCE = 'contact:';
const NOBODY_PREFERS: ContactPreferences = { normal: [], critical: null, quiet_hours: null, language: null };

/** How a contact point is named in the outbox, in place of its address, which may be a secret and may be gone when it is sent. */
export const contactReference = (contactId: string): string => `${REFERENCE}${contactId}`;
/** null for an address that belongs to nobody. */
const contactIdOf = (contact: string): string | null =>
  contact.startsWith(REFERENCE) ? contact.slice(REFERENCE.length) : null;

/** One way to tell a person. */
export interface PersonalContact {
  readonly contactId: string;
  /** The id of its channel. */
  readonly channel: string;
  /** What the outbox names it by; see `addressOf`. */
  readonly contact: string;
  /** The id of the user. */
  readonly person: string;
  readonly language: MessageLanguage;
  /** Without what is secret. */
  readonly display: string;
}

interface ContactDirectoryDeps {
  repository: ContactRepository;
  channels: { list(): readonly Pick<NotificationChannel, 'id' | 'is_active'>[] };
  box: Pick<SecretBox, 'decrypt'>;
  /** The factory of a machine; null where it belongs to every one, undefined where there is no such machine. */
  factoryOf: (machineId: string) => string | null | undefined;
  bus: Pick<EventBus, 'publish'>;
}

export class ContactDirectory {
  readonly #deps: ContactDirectoryDeps;
  readonly #gone: ((person: Person) => Promise<void>)[] = [];
  #people: ReadonlyMap<string, Person> = new Map();
  #points: ReadonlyMap<string, ContactRow> = new Map();
  #preferences: ReadonlyMap<string, ContactPreferences> = new Map();
  /** Increases with every change that this node makes. */
  #version = 0;

  constructor(deps: ContactDirectoryDeps) {
    this.#deps = deps;
  }

  /** Reads everything again, after another node changed some. Rejects with `store_unavailable`. */
  async reload(): Promise<void> {
    await readAgain(
      () => this.#version,
      () => this.#deps.repository.all(),
      ({ people, points, preferences }) => {
        this.#people = new Map(people.map((person) => [person.id, person]));
        this.#points = new Map(points.map((point) => [point.id, point]));
        this.#preferences = new Map(
          [...preferences].map(([userId, text]) => [userId, JSON.parse(text) as ContactPreferences]),
        );
      },
    );
  }

  /** Call when people, contact points or preferences were changed here, before that is reported as done. */
  async changed(): Promise<void> {
    this.#version++;
    await this.reload();
    this.#deps.bus.publish({ kind: 'people' });
  }

  /** Called with everybody who was deleted or deactivated, when their contact points are gone. */
  onPersonGone(handler: (person: Person) => Promise<void>): void {
    this.#gone.push(handler);
  }

  /** Somebody was deleted or deactivated. Rejects as the handlers do, after all were called. */
  async personGone(person: Person, nowMs: number): Promise<void> {
    await this.#deps.repository.removeAllOf(person.id, nowMs);
    await this.changed();
    const results = await Promise.allSettled(this.#gone.map((handler) => handler(person)));
    const failed = results.find((result) => result.status === 'rejected');
    if (failed !== undefined) throw failed.reason;
  }

  /** null where there is no such user, or it is not active. */
  person(userId: string): Person | null {
    return this.#people.get(userId) ?? null;
  }

  /** Active users, by name. */
  people(role?: Role): Person[] {
    return [...this.#people.values()].filter((person) => role === undefined || person.role === role);
  }

  /** Whether the person may know of an alert: who belongs to a factory is not told of the machines of another one. */
  mayKnow(userId: string, { machine_ids }: Pick<AlertEvent, 'machine_ids'>): boolean {
    const person = this.#people.get(userId);
    if (person === undefined) return false;
    const { factoryId } = person;
    if (factoryId === null || machine_ids.length === 0) return true;
    return machine_ids.some((id) => {
      const factory = this.#deps.factoryOf(id);
      return factory === null || factory === factoryId;
    });
  }

  /**
   * The verified contact points of a person whose channel is switched on, in the order that the person chose. Empty where the person
   * cannot be told, and for somebody who is not active.
   */
  contactsOf(userId: string, { severity }: { severity: Severity }): PersonalContact[] {
    if (!this.#people.has(userId)) return [];
    const active = new Set(this.#deps.channels.list().flatMap((channel) => (channel.is_active ? [channel.id] : [])));
    const { normal, critical } = this.preferencesOf(userId);
    const order = severity === 'critical' ? (critical ?? normal) : normal;
    return order.flatMap((id) => {
      const point = this.#points.get(id);
      const isUsable = point?.user_id === userId && point.verified_at !== null && active.has(point.channel);
      return isUsable ? [this.#contactOf(point)] : [];
    });
  }

  /**
   * Until when the person is not to be told of what is not critical (UTC ms); null where that is not now. What waits is planned for
   * that time.
   */
  quietUntil(userId: string, atMs: number): number | null {
    const quiet = this.preferencesOf(userId).quiet_hours;
    return quiet === null ? null : quietHoursEnd(quiet, atMs);
  }

  languageOf(userId: string | null): MessageLanguage {
    return (userId === null ? null : this.preferencesOf(userId).language) ?? 'en';
  }

  /** Without contact points that were removed. */
  preferencesOf(userId: string): ContactPreferences {
    const stored = this.#preferences.get(userId) ?? NOBODY_PREFERS;
    const existing = (ids: readonly string[]) => ids.filter((id) => this.#points.get(id)?.user_id === userId);
    const { normal, critical } = stored;
    return { ...stored, normal: existing(normal), critical: critical === null ? null : existing(critical) };
  }

  /** As stored, the oldest first. */
  pointsOf(userId: string): ContactRow[] {
    return [...this.#points.values()].filter((point) => point.user_id === userId);
  }

  /**
   * The address that a channel sends to, of the contact as the outbox names it. An address that belongs to nobody is returned as it
   * is. null where the contact point was removed, or was sealed with another key.
   */
  async addressOf(contact: string): Promise<string | null> {
    const id = contactIdOf(contact);
    if (id === null) return contact;
    const point = this.#points.get(id);
    if (point === undefined || !this.#people.has(point.user_id)) return null;
    return this.#deps.box.decrypt(point.sealed);
  }

  #contactOf({ id, channel, user_id: person, display }: ContactRow): PersonalContact {
    const language = this.languageOf(person);
    return { contactId: id, channel, contact: contactReference(id), person, language, display };
  }
}
