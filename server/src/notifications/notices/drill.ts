// The drill: a test alarm to everybody who is on duty, marked as such.

import type { DrillReply } from '@gonsters/contract';
import type { Clock } from '../../clock.ts';
import { reason, reasonText } from '../chains/reason-text.ts';
import type { DutyPlan, People } from '../people.ts';
import type { NoticeSender } from './notice-sender.ts';

interface DrillDeps {
  duty: Pick<DutyPlan, 'schedules' | 'onDuty'>;
  people: Pick<People, 'person' | 'contactsOf'>;
  notices: Pick<NoticeSender, 'send'>;
  clock: Clock;
}

/** @param by who has begun it @returns who is told, by schedule */
export async function runDrill(by: string, { duty, people, notices, clock }: DrillDeps): Promise<DrillReply['told']> {
  const told: DrillReply['told'] = [];
  const nowMs = clock.nowMs();
  for (const { id, name: schedule } of duty.schedules) {
    const about = { schedule_id: id, schedule, channel_id: null, contact: null };
    const userId = duty.onDuty(id, nowMs);
    const person = userId === null ? null : people.person(userId);
    if (userId === null || person === null) {
      const why = reason('nobody_on_duty', { schedule });
      told.push({ ...about, person: null, note: 'Nobody is on duty', reason: why });
      continue;
    }
    const named = { ...about, person: { id: userId, name: person.name } };
    const [first] = people.contactsOf(userId, { severity: 'critical' });
    if (first === undefined) {
      const why = reason('no_contact', { person: person.name });
      told.push({ ...named, note: reasonText(why), reason: why });
      continue;
    }
    await notices.send({ users: [userId] }, 'drill', { by, schedule }, { severity: 'critical' });
    told.push({ ...named, channel_id: first.channel, contact: first.display, note: null, reason: null });
  }
  return told;
}
