// Management is told when nobody will be on duty, and when somebody leaves.

import { expect, onTestFinished, test } from 'vitest';
import { startMailServer } from '../support/mail-server.ts';
import { startCore } from './support/start-core.ts';

const HOUR_MS = 3_600_000;

async function start() {
  const startedMs = Date.parse('2026-11-23T05:00:00Z');
  let nowMs = startedMs;
  const mails = await startMailServer();
  const env = { SMTP_URL: mails.url, SMTP_FROM: 'alarms@plant.example' };
  const core = await startCore(env, undefined, { clock: { nowMs: () => nowMs }, backgroundJobsEveryMs: 20 });
  onTestFinished(() => core.remove());
  const manage = async (method: string, path: string, body?: unknown) => {
    const reply = await core.as<Record<string, never>>('Management', method, path, { body });
    expect(reply.status, reply.text).toBeLessThan(300);
    return reply.body;
  };
  await manage('POST', '/config/update', { setting_name: 'alert_email', setting_value: 'plant@plant.example' });
  const person = { username: 'budi', email: 'budi@plant.example', password: 'Correct-Horse-7', role: 'Operator' };
  const { user } = (await manage('POST', '/auth/register', person)) as unknown as { user: { id: string } };
  const addSchedule = async (members: (string | null)[], more: Record<string, unknown> = {}) => {
    const body = { name: 'Maintenance', rotation: 'day', starts_on: '2026-11-23', zone: 'Asia/Jakarta', members };
    const { schedule } = (await manage('POST', '/notifications/schedules', { ...body, ...more })) as unknown as {
      schedule: { id: string };
    };
    return schedule.id;
  };
  const wait = (hours: number) => {
    nowMs += hours * HOUR_MS;
  };
  const at = (hours: number) => new Date(startedMs + hours * HOUR_MS).toISOString();
  return { mails, manage, addSchedule, wait, at, budi: user.id };
}

test('a gap is told a day ahead', async () => {
  const { mails, addSchedule, wait, budi } = await start();
  // Hand-over is at 06:00 in Jakarta, 23:00 UTC: nobody is on duty from the third evening on, 66 hours from now.
  await addSchedule([budi, budi, budi, null]);
  wait(43);
  const mail = await mails.mail(({ subject }) => subject === 'Nobody will be on duty: Maintenance');
  expect(mail.to).toBe('plant@plant.example');
  expect(mail.text.replace(/\s+/g, ' ')).toContain('from 2026-11-26 06:00 to 2026-11-27 06:00 (Asia/Jakarta)');
  expect(mails.mails).toHaveLength(1);
});

test('who leaves is removed, and the new gaps are told at once', async () => {
  const { mails, manage, addSchedule, at, budi } = await start();
  const id = await addSchedule([null, budi], { rotation: 'week', on_holidays: budi });
  await mails.mail(({ subject }) => subject === 'Nobody will be on duty: Maintenance');
  await manage('POST', `/notifications/schedules/${id}/overrides`, { user_id: budi, from: at(2), to: at(4) });
  await manage('DELETE', `/users/${budi}`);
  const { text, subject } = await mails.mail((each) => each.text.includes('was removed'));
  expect(subject).toContain('budi');
  expect(text.replace(/\s+/g, ' ')).toContain('Maintenance, 2026-11-23 12:00 – 2026-12-07 12:00 (Asia/Jakarta)');
  const { schedule } = (await manage('GET', `/notifications/schedules/${id}`)) as unknown as { schedule: unknown };
  expect(schedule).toMatchObject({ members: [null, null], on_holidays: null, overrides: [], now: null });
});

test('who is deactivated is removed, too', async () => {
  const { mails, manage, addSchedule, budi } = await start();
  const id = await addSchedule([budi]);
  await manage('PATCH', `/users/${budi}`, { is_active: false });
  await mails.mail((each) => each.text.includes('was removed'));
  const { schedule } = (await manage('GET', `/notifications/schedules/${id}`)) as unknown as { schedule: unknown };
  expect(schedule).toMatchObject({ members: [null] });
});
