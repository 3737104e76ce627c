// The behaviour of every repository of sessions.

import { expect, test } from 'vitest';
import { SqlSessionRepository } from '../../src/users/sql-session-repository.ts';
import { SqlUserRepository } from '../../src/users/sql-user-repository.ts';
import { idOf } from '../support/id-of.ts';
import type { OpenDatabase } from './open-sql.ts';

const DAY_MS = 86_400_000;
const U1 = idOf('u1');
const FROM = { method: 'password', address: '10.1.0.1', userAgent: 'Browser' } as const;

export function sessionRepositorySuite(open: OpenDatabase): void {
  const start = async () => {
    const database = await open();
    const sessions = new SqlSessionRepository(database);
    const begin = (name: string, userId = U1, expiresAtMs = 1000) =>
      sessions.begin({ id: idOf(name), userId, tokenHash: `${name}-0`, expiresAtMs, nowMs: 0, ...FROM });
    const rotate = (from: string, to: string, nowMs = 10, expiresAtMs = nowMs + 1000) =>
      sessions.rotate(from, { tokenHash: to, expiresAtMs, nowMs });
    return { database, sessions, begin, rotate };
  };

  test('replaces a token by the next one, repeatedly', async () => {
    const { begin, rotate } = await start();
    await begin('s');
    for (let i = 0; i < 3; i++) {
      expect(await rotate(`s-${i}`, `s-${i + 1}`)).toEqual({
        ...{ outcome: 'rotated', sessionId: idOf('s'), userId: U1 },
        method: 'password',
      });
    }
  });

  test('ends the session of a token that is used twice', async () => {
    const { sessions, begin, rotate } = await start();
    await begin('s');
    await rotate('s-0', 's-1');
    expect(await rotate('s-0', 'stolen')).toEqual({
      ...{ outcome: 'reused', sessionId: idOf('s'), userId: U1 },
      method: 'password',
    });
    expect(await sessions.endedSince(0)).toEqual([idOf('s')]);
    for (const token of ['s-0', 's-1', 'stolen']) expect(await rotate(token, 'x')).toEqual({ outcome: 'unknown' });
  });

  test('accepts a token only once of many simultaneous uses', async () => {
    const { begin, rotate } = await start();
    await begin('s');
    const results = await Promise.all(Array.from({ length: 8 }, (_, i) => rotate('s-0', `next-${i}`)));
    const outcomes = results.map((each) => each.outcome);
    expect(outcomes.filter((each) => each === 'rotated')).toHaveLength(1);
    expect(outcomes.filter((each) => each === 'reused')).toHaveLength(1);
  });

  test('refuses an unknown token, an expired one, and one of an ended session', async () => {
    const { sessions, begin, rotate } = await start();
    await begin('s', U1, 1000);
    expect(await rotate('foreign', 'x')).toEqual({ outcome: 'unknown' });
    expect(await rotate('s-0', 'x', 1000)).toEqual({ outcome: 'unknown' });
    await begin('t');
    await sessions.end(idOf('t'), 5);
    expect(await rotate('t-0', 'x')).toEqual({ outcome: 'unknown' });
  });

  test('ends all sessions of a user except one, and returns those that were open', async () => {
    const { sessions, begin, rotate } = await start();
    for (const id of ['a', 'b', 'c']) await begin(id);
    await begin('other', idOf('u2'));
    await sessions.end(idOf('c'), 1);
    expect(await sessions.endAllOf(U1, idOf('a'), 20)).toEqual([idOf('b')]);
    expect((await rotate('a-0', 'a-1')).outcome).toBe('rotated');
    expect((await rotate('other-0', 'other-1')).outcome).toBe('rotated');
    expect(await sessions.endAllOf(U1, null, 30)).toEqual([idOf('a')]);
    expect((await sessions.endedSince(1)).toSorted()).toEqual([idOf('a'), idOf('b')].toSorted());
  });

  test('keeps the first time at which a session ended', async () => {
    const { sessions, begin } = await start();
    await begin('s');
    await sessions.end(idOf('s'), 5);
    await sessions.end(idOf('s'), 50);
    expect(await sessions.endedSince(4)).toEqual([idOf('s')]);
    expect(await sessions.endedSince(5)).toEqual([]);
  });

  test('ends the sessions of a deleted user, and keeps them as ended', async () => {
    const { database, sessions } = await start();
    const users = new SqlUserRepository(database);
    const anna = await users.create({
      username: 'anna',
      email: 'a@b.example',
      passwordHash: 'h',
      role: 'Operator',
      factoryId: null,
      department: null,
    });
    await sessions.begin({ id: idOf('s'), userId: anna.id, tokenHash: 't', expiresAtMs: 1000, nowMs: 0, ...FROM });
    await users.delete(anna.id);
    expect(await sessions.endedSince(0)).toEqual([idOf('s')]);
  });

  test('deletes a session only when all its access tokens have expired', async () => {
    const { database, sessions, begin, rotate } = await start();
    await begin('s', U1, 1000);
    await rotate('s-0', 's-1', 500, 2000);
    await sessions.end(idOf('s'), 600);
    const left = async () => {
      const rows = await database.db.selectFrom('refresh_tokens').select('token_hash').execute();
      return { sessions: await sessions.endedSince(0), tokens: rows.map((row) => row.token_hash) };
    };
    await sessions.prune(1500);
    expect(await left()).toEqual({ sessions: [idOf('s')], tokens: ['s-1'] });
    await sessions.prune(2000 + DAY_MS - 1);
    expect((await left()).sessions).toEqual([idOf('s')]);
    await sessions.prune(2000 + DAY_MS);
    expect(await left()).toEqual({ sessions: [], tokens: [] });
  });
}
