// What planning needs to know of people: how they are reached, and who is on duty.

import type { ContactDirectory } from './contacts/contact-directory.ts';

/** Active users with their contact points. */
export type People = Pick<ContactDirectory, 'person' | 'people' | 'mayKnow' | 'contactsOf' | 'quietUntil'>;

/** The duty schedules and the shift calendar. */
export interface DutyPlan {
  /** IANA: of the shift calendar, once somebody has set one; else of the plant. */
  readonly calendar: { readonly zone: string };
  readonly schedules: readonly { readonly id: string; readonly name: string }[];
  /** The id of the user who is on duty; null where nobody is. */
  onDuty(scheduleId: string, atMs: number): string | null;
  /** The shift at a time; null where there is none. */
  shiftAt(atMs: number): { readonly name: string } | null;
  isHoliday(atMs: number): boolean;
}
