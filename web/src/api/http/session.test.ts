import type { Session as SessionReply } from '@gonsters/contract';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { signInWithPassword } from '../sign-in-api.ts';
import { ApiError, type Request } from './send.ts';
import { Session } from './session.ts';

/** A server that spends a refresh token with its use, and ends everything when one comes twice. */
function tokenServer() {
  let issued = 0;
  let live = new Set<string>();
  const spent = new Set<string>();
  const requests: Request[] = [];
  let reachable = true;
  const pair = (): SessionReply => {
    issued++;
    live.add(`refresh-${issued}`);
    return {
      status: 'success',
      access_token: `access-${issued}`,
      refresh_token: `refresh-${issued}`,
      token_type: 'Bearer',
      expires_in: 3600,
      user: { id: 'u1', username: 'sari' } as SessionReply['user'],
    };
  };
  const send = async (request: Request): Promise<unknown> => {
    requests.push(request);
    await new Promise((resolve) => setImmediate(resolve));
    if (!reachable) throw new ApiError(0, 'offline', 'No readable answer');
    if (request.path === '/auth/login') return pair();
    if (request.path === '/auth/logout') {
      live = new Set();
      return { status: 'success' };
    }
    const token = request.token ?? '';
    if (spent.has(token)) live = new Set();
    if (!live.delete(token)) throw new ApiError(401, 'token_revoked', 'The session has ended');
    spent.add(token);
    return pair();
  };
  return {
    send,
    requests,
    refreshes: () => requests.filter(({ path }) => path === '/auth/refresh').length,
    revokeAll: () => {
      live = new Set();
    },
    setReachable: (is: boolean) => {
      reachable = is;
    },
  };
}

function storage() {
  const items = new Map<string, string>();
  return {
    getItem: (key: string) => items.get(key) ?? null,
    setItem: (key: string, value: string) => void items.set(key, value),
    removeItem: (key: string) => void items.delete(key),
  };
}

beforeEach(() => {
  vi.stubGlobal('localStorage', storage());
  vi.stubGlobal('sessionStorage', storage());
  vi.stubGlobal('window', new EventTarget());
  // Over plain HTTP browsers have no Web Locks.
  vi.stubGlobal('navigator', {});
});
afterEach(() => vi.unstubAllGlobals());

describe('the session', () => {
  it('starts signed out where there is none', async () => {
    const session = new Session(tokenServer().send);
    await session.start();
    expect(session.state).toEqual({ phase: 'signed-out', ended: false });
    expect(await session.token(false)).toBeNull();
  });

  it('lasts: the next visit takes it up with the refresh token', async () => {
    const server = tokenServer();
    await signInWithPassword(new Session(server.send), 'sari', 'Password123!');
    const next = new Session(server.send);
    await next.start();
    expect(next.state.phase).toBe('signed-in');
    expect(await next.token(false)).toBe('access-2');
    expect(server.refreshes()).toBe(1);
  });

  it('spends no refresh token for a reload', async () => {
    const server = tokenServer();
    const session = new Session(server.send);
    await session.start();
    await signInWithPassword(session, 'sari', 'Password123!');
    window.dispatchEvent(new Event('pagehide'));
    session.stop();
    const reloaded = new Session(server.send);
    await reloaded.start();
    expect(await reloaded.token(false)).toBe('access-1');
    expect(server.refreshes()).toBe(0);
    expect(sessionStorage.getItem('gonsters.handover')).toBeNull();
  });

  it('asks once however many wait for a new token', async () => {
    const server = tokenServer();
    const session = new Session(server.send);
    await signInWithPassword(session, 'sari', 'Password123!');
    const tokens = await Promise.all([session.token(true), session.token(true), session.token(true)]);
    expect(new Set(tokens)).toEqual(new Set(['access-2']));
    expect(server.refreshes()).toBe(1);
  });

  it('never sends one refresh token from two tabs', async () => {
    const server = tokenServer();
    const tabs = [new Session(server.send), new Session(server.send), new Session(server.send)];
    await signInWithPassword(tabs[0] as Session, 'sari', 'Password123!');
    await Promise.all(tabs.map((tab) => tab.start()));
    const sent = server.requests.filter(({ path }) => path === '/auth/refresh').map(({ token }) => token);
    expect(new Set(sent).size).toBe(sent.length);
    expect(tabs.map((tab) => tab.state.phase)).toEqual(['signed-in', 'signed-in', 'signed-in']);
  });

  it('ends, and says so, when the server no longer takes the refresh token', async () => {
    const server = tokenServer();
    const session = new Session(server.send);
    await signInWithPassword(session, 'sari', 'Password123!');
    server.revokeAll();
    expect(await session.token(true)).toBeNull();
    expect(session.state).toEqual({ phase: 'signed-out', ended: true });
  });

  it('outlives a server that cannot be reached', async () => {
    const server = tokenServer();
    await signInWithPassword(new Session(server.send), 'sari', 'Password123!');
    server.setReachable(false);
    const session = new Session(server.send);
    await session.start();
    expect(session.state.phase).toBe('unreachable');
    server.setReachable(true);
    await session.retry();
    expect(session.state.phase).toBe('signed-in');
  });

  it('signs out here even when the server does not hear of it', async () => {
    const server = tokenServer();
    const session = new Session(server.send);
    await signInWithPassword(session, 'sari', 'Password123!');
    server.setReachable(false);
    await session.signOut();
    expect(session.state).toEqual({ phase: 'signed-out', ended: false });
    expect(localStorage.getItem('gonsters.session')).toBeNull();
  });
});
