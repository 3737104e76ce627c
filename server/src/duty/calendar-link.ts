// The duties of a schedule for calendar programs, behind a link with a secret token.

import { randomBytes, timingSafeEqual } from 'node:crypto';
import { hashOfToken } from '../token-hash.ts';
import type { DutySchedule } from './duty-repository.ts';
import type { DutyService } from './duty-service.ts';
import type { NameOf } from './duty-view.ts';
import { iCalendar } from './rules/icalendar.ts';

const TOKEN_BYTES = 32;
const DAY_MS = 86_400_000;
const AHEAD_MS = 90 * DAY_MS;

/** Only the hash is stored. */
export function newCalendarToken(): { token: string; hash: string } {
  const token = randomBytes(TOKEN_BYTES).toString('base64url');
  return { token, hash: hashOfToken(token) };
}

/** Whether it is the token of the schedule's link, which may have been revoked. */
export function isCalendarToken({ tokenHash }: DutySchedule, token: string): boolean {
  return tokenHash !== null && timingSafeEqual(Buffer.from(hashOfToken(token)), Buffer.from(tokenHash));
}

/** The duties of the next 90 days, with that of the present, as RFC 5545 has it. */
export function dutyCalendar(duty: DutyService, schedule: DutySchedule, nameOf: NameOf, nowMs: number): string {
  const { id, name } = schedule;
  const overrides = duty.overridesOf(id);
  const changedAtMs = Math.max(
    schedule.updatedAtMs,
    duty.calendarChangedAtMs,
    ...overrides.map(({ createdAtMs }) => createdAtMs),
  );
  // From before the present, so that a duty that has begun keeps its beginning.
  const duties = duty.duties(id, nowMs - 8 * DAY_MS, nowMs + AHEAD_MS).filter(({ toMs }) => toMs > nowMs);
  const events = duties.map(({ key, fromMs, toMs, userId, isOverride }) => {
    const who = userId === null ? 'nobody' : (nameOf(userId) ?? 'nobody');
    const description = userId === null ? 'Nobody is on duty.' : isOverride ? 'In place of the regular duty.' : '';
    return { uid: `${key}.${id}@gonsters`, fromMs, toMs, summary: `${name}: ${who}`, description };
  });
  return iCalendar(name, changedAtMs, events);
}
