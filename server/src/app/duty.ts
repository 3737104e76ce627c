// Who is on duty, and the shifts of the plant.

import type { Clock } from '../clock.ts';
import type { Database } from '../database/database.ts';
import { DutyEditor } from '../duty/duty-editor.ts';
import { DutyRepository } from '../duty/duty-repository.ts';
import type { DutyService } from '../duty/duty-service.ts';
import type { NameOf } from '../duty/duty-view.ts';
import { GapNotices } from '../duty/gap-notices.ts';
import type { ContactDirectory } from '../notifications/contacts/contact-directory.ts';
import type { NoticeSender } from '../notifications/notices/notice-sender.ts';

export interface Duty {
  service: DutyService;
  editor: DutyEditor;
  nameOf: NameOf;
  gapNotices: GapNotices;
}

/** Lets people change schedules, and takes those who leave out of them. */
export function openDuty(deps: {
  dutyService: DutyService;
  database: Database;
  contacts: Pick<ContactDirectory, 'person' | 'onPersonGone'>;
  sender: NoticeSender;
  clock: Clock;
}): Duty {
  const { dutyService: service, contacts, sender, clock } = deps;
  const repository = new DutyRepository(deps.database);
  const isPerson = (userId: string) => contacts.person(userId) !== null;
  const editor = new DutyEditor({ duty: service, repository, isPerson, clock });
  const gapNotices = new GapNotices({
    ...{ duty: service, repository },
    tell: ({ key, params }, once) => sender.send({ role: 'Management' }, key, params, { once }),
  });
  contacts.onPersonGone(({ id, name }) => gapNotices.personGone(id, name, clock.nowMs()));
  return { service, editor, nameOf: (userId) => contacts.person(userId)?.name ?? null, gapNotices };
}
