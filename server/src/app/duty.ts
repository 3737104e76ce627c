// Who is on duty, and the shifts of the plant.

import type { Clock } from '../clock.ts';
import type { Database } from '../database/database.ts';
import { DutyEditor } from '../duty/duty-editor.ts';
import { DutyRepository } from '../duty/duty-repository.ts';
import type { DutyService } from '../duty/duty-service.ts';
import type { NameOf } from '../duty/duty-view.ts';
import type { ContactBook } from '../notifications/contacts/contact-book.ts';

export interface Duty {
  service: DutyService;
  editor: DutyEditor;
  nameOf: NameOf;
}

/** Lets people change schedules, and takes those who leave out of them. */
export function openDuty(deps: {
  dutyService: DutyService;
  database: Database;
  contacts: Pick<ContactBook, 'person' | 'onPersonGone'>;
  clock: Clock;
}): Duty {
  const { dutyService: service, contacts, clock } = deps;
  const repository = new DutyRepository(deps.database);
  const isPerson = (userId: string) => contacts.person(userId) !== null;
  const editor = new DutyEditor({ duty: service, repository, isPerson, clock });
  return { service, editor, nameOf: (userId) => contacts.person(userId)?.name ?? null };
}
