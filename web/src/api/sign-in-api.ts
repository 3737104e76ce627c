// Requests that begin a session. They come with the sign-in screen, not with the first one.

import type { SecondFactorRequired, Session as SessionReply, SignInMethods } from '@gonsters/contract';
import { ApiError } from './http/send.ts';
import type { Session } from './http/session.ts';

/** A sign-in whose password was right, and which waits for the second factor. */
export type SecondFactorAsked = NonNullable<SecondFactorRequired['second_factor']>;

/** What proves the second factor: six digits or a recovery code, or the answer of a passkey. */
export type Proof = { code: string } | { passkey: unknown };

/** Null where the user is signed in now; else what is asked for in addition. Every function rejects with an ApiError. */
export async function signInWithPassword(
  session: Session,
  username: string,
  password: string,
): Promise<SecondFactorAsked | null> {
  try {
    session.begin(await post(session, '/auth/login', { username, password }));
    return null;
  } catch (error) {
    if (!(error instanceof ApiError) || error.code !== 'second_factor_required') throw error;
    const { second_factor: asked } = error.reply as SecondFactorRequired;
    if (asked === undefined) throw error;
    return asked;
  }
}

export async function proveSecondFactor(session: Session, token: string, proof: Proof): Promise<void> {
  session.begin(await post(session, '/auth/second-factor', { token, ...proof }));
}

/** What a passkey is asked to sign. */
export async function passkeyOptions(session: Session, token: string): Promise<unknown> {
  return (await post<{ options: unknown }>(session, '/auth/second-factor/options', { token })).options;
}

/** `code` is what the server added to the address when the provider had sent the user back. */
export const oidcSession = (session: Session, code: string): Promise<SessionReply> =>
  post(session, '/auth/oidc/session', { code });

export const signInMethods = async (session: Session): Promise<SignInMethods> =>
  (await session.ask({ method: 'GET', path: '/auth/methods' })) as SignInMethods;

/** Whether the account may sign in at once. */
export async function register(
  session: Session,
  account: { username: string; email: string; password: string },
): Promise<boolean> {
  const { user } = await post<{ user: { is_admitted: boolean } }>(session, '/auth/register', account);
  return user.is_admitted;
}

/** With a link from Management. @returns whose password was changed */
export async function resetPassword(session: Session, token: string, password: string): Promise<string> {
  const body = { token, new_password: password };
  return (await post<{ username: string }>(session, '/auth/password-reset', body)).username;
}

const post = async <Reply = SessionReply>(session: Session, path: string, body: unknown): Promise<Reply> =>
  (await session.ask({ method: 'POST', path, body })) as Reply;
