// A mail server that Management sets up in the page, without SMTP_URL and without a restart; and its test of every week.

import { expect, onTestFinished, test, vi } from 'vitest';
import { startMailServer } from '../support/mail-server.ts';
import { startCore, USERS } from './support/start-core.ts';

const soon = { timeout: 15_000, interval: 30 };
const DAY_MS = 86_400_000;

interface Listed {
  id: string;
  kind: string;
  self_test: { at: string; result: string; response: string } | null;
  failing_since: string | null;
}

test('it carries the mails to the address of the plant, and is tested each Monday without a mail', async () => {
  const mails = await startMailServer();
  let nowMs = Date.now();
  const core = await startCore(
    {
      ...{ SECRETS_KEY: 'a key of the plant, thirty-two bytes long', NOTIFY_ALLOWED_NETWORKS: '127.0.0.1' },
      JWT_ACCESS_TOKEN_EXPIRES: '86400',
    },
    undefined,
    { clock: { nowMs: () => nowMs } },
  );
  onTestFinished(() => core.remove());
  const manage = <T = Record<string, unknown>>(method: string, path: string, body?: unknown) =>
    core.send<T>(method, path, { body, token });
  let token = (await core.signIn(USERS.Management)).access_token;
  const setAddress = () =>
    manage('POST', '/config/update', { setting_name: 'alert_email', setting_value: 'night@plant.example' });
  const refused = await setAddress();
  expect([refused.status, refused.text]).toEqual([400, expect.stringContaining('or add one as a channel')]);
  const settings = { url: mails.url, from: 'GONSTERS <alarms@plant.example>' };
  const added = await manage<{ id: string }>('POST', '/notifications/channels', {
    ...{ kind: 'email', name: 'Mail of the hall', settings },
  });
  expect(added.status, added.text).toBe(201);
  const set = await setAddress();
  expect(set.status, set.text).toBe(200);
  const machine = await core.addMachine('Press 1');
  await core.ingest(machine, [{ timestamp: new Date(nowMs).toISOString(), temperature: 120 }]);
  await vi.waitFor(() => expect(mails.mails).toMatchObject([{ to: 'night@plant.example' }]), soon);
  expect(mails.mails[0]?.subject).toMatch(/^CRITICAL: Press 1/);

  const listed = async () => {
    const { body } = await manage<{ channels: Listed[] }>('GET', '/notifications/channels');
    return body.channels.find(({ id }) => id === added.body.id) as Listed;
  };
  expect(await listed()).toMatchObject({ self_test: null, failing_since: null });
  const mailed = mails.mails.length;
  const restart = async () => {
    await core.restart();
    token = (await core.signIn(USERS.Management)).access_token;
    // The leader looks at once, and then every minute.
    await vi.waitFor(
      async () => expect(Date.parse((await listed()).self_test?.at ?? '')).toBeGreaterThan(nowMs - DAY_MS),
      soon,
    );
  };
  nowMs += 7 * DAY_MS;
  await restart();
  expect(await listed()).toMatchObject({ self_test: { result: 'accepted' } });
  const first = (await listed()).self_test?.at;
  expect(mails.mails.filter(({ to }) => to !== 'night@plant.example')).toEqual([]);
  // Not once more in the same week, but in the next one, and a server that refuses is seen.
  await mails.stop();
  nowMs += 7 * DAY_MS;
  await restart();
  expect((await listed()).self_test?.at).not.toBe(first);
  expect(await listed()).toMatchObject({ self_test: { result: 'retry' } });
  expect(mails.mails.length).toBeGreaterThanOrEqual(mailed);
}, 60_000);
