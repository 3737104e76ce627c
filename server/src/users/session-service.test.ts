// Which sessions are forgotten, and by which clock.

import { afterEach, beforeEach, expect, it, onTestFinished, vi } from 'vitest';
import { NO_SECOND_FACTOR } from '../../test/support/no-second-factor.ts';
import { temporaryDirectory } from '../../test/support/temporary-directory.ts';
import { openEmbeddedDatabase } from '../database/open-embedded-database.ts';
import { LocalEventBus } from '../events/local-event-bus.ts';
import { silentLogger } from '../log.ts';
import { AccessTokens } from './access-tokens.ts';
import { KnownSources } from './known-sources.ts';
import { SessionService } from './session-service.ts';
import { SqlSessionRepository } from './sql-session-repository.ts';
import { SqlUserRepository } from './sql-user-repository.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

beforeEach(() => void vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] }));
afterEach(() => void vi.useRealTimers());

it('deletes expired sessions once an hour, but none while the clock may be wrong, so that an ended session stays ended', async () => {
  const state = { nowMs: Date.UTC(2026, 0, 15), isTrusted: true };
  const clock = { nowMs: () => state.nowMs };
  const guard = { trustedNowMs: () => (state.isTrusted ? state.nowMs : null) };
  const database = await openEmbeddedDatabase(await temporaryDirectory());
  onTestFinished(() => database.close());
  const users = new SqlUserRepository(database);
  const repository = new SqlSessionRepository(database);
  const sessions = new SessionService({
    ...{ users, clock, guard, sessions: repository, refreshTokenSeconds: 7 * 24 * 3600 },
    ...NO_SECOND_FACTOR,
    tokens: new AccessTokens({ secret: Buffer.alloc(32, 7), lifetimeSeconds: 3600, clock }),
    known: new KnownSources(database),
    bus: new LocalEventBus(silentLogger),
  });
  const user = await users.create({
    username: 'sari',
    email: 'sari@plant.example',
    passwordHash: 'no password',
    role: 'Operator',
    factoryId: null,
    department: null,
  });
  await sessions.start();
  onTestFinished(() => sessions.stop());
  const session = await sessions.open(user, { address: '127.0.0.1', device: null }, 'password');
  await sessions.logout(await sessions.verify(session.access_token));
  const count = async () => (await database.db.selectFrom('sessions').select('id').execute()).length;

  // A year ahead, at the hour at which sessions are forgotten, and back.
  state.isTrusted = false;
  state.nowMs += 365 * DAY_MS;
  await vi.advanceTimersByTimeAsync(HOUR_MS);
  state.nowMs -= 365 * DAY_MS;
  expect(await count()).toBe(1);
  await expect(sessions.verify(session.access_token)).rejects.toMatchObject({ code: 'token_revoked' });

  state.isTrusted = true;
  state.nowMs += 365 * DAY_MS;
  await vi.advanceTimersByTimeAsync(HOUR_MS);
  await vi.waitFor(async () => expect(await count()).toBe(0));
});
