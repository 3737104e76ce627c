// What the other parts tell about people: who they are, how they are reached, and who is on duty.

import type { Role, Severity } from '@gonsters/contract';

export interface Person {
  readonly id: string;
  readonly name: string;
  readonly role: Role;
  /** null: every factory. */
  readonly factoryId: string | null;
  readonly isActive: boolean;
}

/** A verified contact point of a person on a channel that is switched on. */
export interface PersonContact {
  readonly contactId: string;
  /** Id of the channel. */
  readonly channel: string;
  /** The address; empty for the own destination of the channel. */
  readonly contact: string;
  readonly language: string;
}

/** The contact points of people. */
export interface Contacts {
  /** In the order in which the person wants them tried. */
  contactsOf(userId: string, about: { severity: Severity }): Promise<readonly PersonContact[]>;
  /** Until when the person wants nothing that is not critical, UTC ms; null where not now. */
  quietUntil(userId: string, atMs: number): Promise<number | null>;
}

/** The duty schedules and the shift calendar. */
export interface Duty {
  /** Names of all schedules by their ids. */
  schedules(): Promise<ReadonlyMap<string, string>>;
  /** The id of the user who is on duty; null where nobody is. */
  onDuty(scheduleId: string, atMs: number): Promise<string | null>;
  /** The shift at a time; null where there is none. */
  shiftAt(atMs: number): Promise<{ readonly name: string; readonly isHoliday: boolean } | null>;
}

/** The users, read when it is needed. */
export type People = () => Promise<readonly Person[]>;
