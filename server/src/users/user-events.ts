// The events of users.

/** These sessions have ended: their sockets are closed and their tokens refused. */
export type SessionEvent = { kind: 'sessions_ended'; sessionIds: readonly string[]; reason: string };

/** For other nodes, which slow down repeated attempts as well. */
export type SignInEvent = { kind: 'sign_in'; keys: readonly string[]; succeeded: boolean };

/** Users were added, changed or deleted, or what they say about how they are told. */
export type PeopleEvent = { kind: 'people' };

/** The policy of second factors was changed, or somebody added or removed one. */
export type SecondFactorEvent = { kind: 'second_factors' };
