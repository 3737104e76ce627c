// A live connection ends with the session of its user. Uses the real sign-in.

import { describe, expect, it } from 'vitest';
import { AccessKeyService } from '../../src/access-keys/access-key-service.ts';
import { SqlAccessKeyRepository } from '../../src/access-keys/sql-access-key-repository.ts';
import { AccessTokens } from '../../src/users/access-tokens.ts';
import { KnownSources } from '../../src/users/known-sources.ts';
import { PasswordHasher } from '../../src/users/password-hasher.ts';
import { SessionService } from '../../src/users/session-service.ts';
import { SqlSessionRepository } from '../../src/users/sql-session-repository.ts';
import { SqlUserRepository } from '../../src/users/sql-user-repository.ts';
import type { UserRecord } from '../../src/users/user-repository.ts';
import { UserService } from '../../src/users/user-service.ts';
import { NO_SECOND_FACTOR } from '../support/no-second-factor.ts';
import { next, openPlant, refusal, type Signing } from './support/live-plant.ts';

const PASSWORD = 'Lathe-Hall-7';

async function openSignIn() {
  interface People {
    sessions: SessionService;
    accounts: UserService;
    users: SqlUserRepository;
  }
  let people: People | null = null;
  const make = ({ database, bus, clock }: Signing) => {
    const users = new SqlUserRepository(database);
    const passwords = new PasswordHasher();
    const sessions = new SessionService({
      users,
      sessions: new SqlSessionRepository(database),
      tokens: new AccessTokens({ secret: Buffer.alloc(32, 7), lifetimeSeconds: 600, clock }),
      ...NO_SECOND_FACTOR,
      known: new KnownSources(database),
      bus,
      clock,
      guard: { trustedNowMs: () => clock.nowMs() },
      refreshTokenSeconds: 3600,
    });
    const accessKeys = new AccessKeyService({ repository: new SqlAccessKeyRepository(database), bus, clock });
    people = {
      users,
      sessions,
      accounts: new UserService({
        ...{ users, sessions, passwords, accessKeys },
        ...{ allowRegistration: true, needsAdmission: false },
      }),
    };
    return sessions;
  };
  const plant = await openPlant({ sessions: make });
  const { sessions, accounts, users } = people as unknown as People;
  await sessions.start();
  const registered = { username: 'operator7', email: 'operator7@plant.example', password: PASSWORD };
  const user = await accounts.register({ ...registered, role: 'Operator' }, null);
  const signIn = async () =>
    sessions.open((await users.byId(user.id)) as UserRecord, { address: '127.0.0.1', device: null }, 'password');
  return { plant, sessions, accounts, user, signIn };
}

describe('a live connection', () => {
  it('is accepted with the access token and not with the refresh token', async () => {
    const { plant, sessions, signIn } = await openSignIn();
    const session = await signIn();
    expect(await next(plant.connect({ auth: { token: session.access_token } }), 'connected')).toMatchObject({
      message: 'Connected as operator7',
    });
    expect(await refusal(plant.connect({ auth: { token: session.refresh_token } }))).toBe('unauthenticated');
    sessions.stop();
  });

  it('ends when the user signs out, and the token is refused afterwards', async () => {
    const { plant, sessions, signIn } = await openSignIn();
    const [here, elsewhere] = [await signIn(), await signIn()];
    const client = plant.connect({ auth: { token: here.access_token } });
    const other = plant.connect({ auth: { token: elsewhere.access_token } });
    await Promise.all([next(client, 'connected'), next(other, 'connected')]);
    const ended = next(client, 'session_ended');
    await sessions.logout(await sessions.verify(here.access_token));
    expect(await ended).toEqual({ code: 'token_revoked', message: 'The session has ended: signed out' });
    expect(await refusal(plant.connect({ auth: { token: here.access_token } }))).toBe('token_revoked');
    other.emit('subscribe_all');
    await next(other, 'subscribed_all');
    sessions.stop();
  });

  it('ends everywhere when the user gets another role', async () => {
    const { plant, sessions, accounts, user, signIn } = await openSignIn();
    const clients = [await signIn(), await signIn()].map((session) =>
      plant.connect({ auth: { token: session.access_token } }),
    );
    await Promise.all(clients.map((client) => next(client, 'connected')));
    const ended = clients.map((client) => next(client, 'session_ended'));
    await accounts.update(user.id, { role: 'Supervisor' });
    for (const event of await Promise.all(ended)) expect(event.message).toBe('The session has ended: role changed');
    sessions.stop();
  });
});
