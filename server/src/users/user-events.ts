// The events of users.

/** These sessions are over: sockets close, and tokens are refused. */
export type SessionEvent = { kind: 'sessions_ended'; sessionIds: readonly string[]; reason: string };

/** For other nodes, which slow down repeated attempts too. */
export type SignInEvent = { kind: 'sign_in'; account: string; address: string; succeeded: boolean };
