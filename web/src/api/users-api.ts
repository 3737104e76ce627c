// Requests about users, and the password of the signed-in user.

import type { PasswordLink, Register, User, UserPatch } from '@gonsters/contract';
import type { ApiClient } from './http/api-client.ts';

export function usersApi(client: ApiClient) {
  return {
    /** By name. */
    users: async (signal: AbortSignal) =>
      (await client.request<{ users: User[] }>({ method: 'GET', path: '/users', signal })).users,
    addUser: async (user: Register) =>
      (await client.request<{ user: User }>({ method: 'POST', path: '/auth/register', body: user })).user,
    updateUser: async (id: string, patch: UserPatch) =>
      (await client.request<{ user: User }>({ method: 'PATCH', path: `/users/${id}`, body: patch })).user,
    /** With which the user sets a new password. */
    makePasswordLink: (id: string) =>
      client.request<PasswordLink>({ method: 'POST', path: `/users/${id}/password-link` }),
    deleteUser: (id: string) => client.request<unknown>({ method: 'DELETE', path: `/users/${id}` }),
    /** Ends every other session of the signed-in user. */
    changePassword: (current: string, next: string) =>
      client.request<unknown>({
        method: 'POST',
        path: '/auth/password',
        body: { current_password: current, new_password: next },
      }),
  };
}
