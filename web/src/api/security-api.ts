// Requests about how people sign in: second factors and sessions, of oneself and of others, and the rules for everybody.

import type {
  Factor,
  SecondFactorsReply,
  SignInPolicy,
  TotpBegun,
  UserSession,
  UserSessionsReply,
} from '@gonsters/contract';
import { useMemo } from 'react';
import type { ApiClient } from './http/api-client.ts';
import { useApi } from './use-api.ts';

const OWN = '/users/me/second-factors';

function securityApi(client: ApiClient) {
  const sessions = async (path: string, signal: AbortSignal) =>
    (await client.request<UserSessionsReply>({ method: 'GET', path, signal })).sessions as readonly UserSession[];
  return {
    secondFactors: (signal: AbortSignal) => client.request<SecondFactorsReply>({ method: 'GET', path: OWN, signal }),
    /** `password` where the session was signed in a while ago; without it the server answers `sign_in_again`. */
    beginTotp: (name: string, password: string | undefined) =>
      client.request<TotpBegun>({ method: 'POST', path: `${OWN}/totp`, body: { name, password } }),
    /** The recovery codes, with the first factor. */
    confirmTotp: async (id: string, code: string) =>
      (
        await client.request<{ recovery_codes: string[] | null }>({
          method: 'POST',
          path: `${OWN}/totp/${id}/confirm`,
          body: { code },
        })
      ).recovery_codes,
    newPasskeyOptions: async (password: string | undefined) =>
      (
        await client.request<{ options: unknown }>({
          method: 'POST',
          path: `${OWN}/passkeys/options`,
          body: { password },
        })
      ).options,
    addPasskey: (name: string, response: unknown) =>
      client.request<{ factor: Factor; recovery_codes: string[] | null }>({
        method: 'POST',
        path: `${OWN}/passkeys`,
        body: { name, response },
      }),
    removeFactor: (id: string, password: string | undefined) =>
      client.request<unknown>({ method: 'DELETE', path: `${OWN}/${id}`, body: { password } }),
    newRecoveryCodes: async (password: string | undefined) =>
      (
        await client.request<{ recovery_codes: string[] }>({
          method: 'POST',
          path: `${OWN}/recovery-codes`,
          body: { password },
        })
      ).recovery_codes,
    resetFactorsOf: (userId: string) =>
      client.request<unknown>({ method: 'DELETE', path: `/users/${userId}/second-factors` }),
    /** `who` is a user's id, or `me`. */
    sessions: (who: string, signal: AbortSignal) => sessions(`/users/${who}/sessions`, signal),
    endSession: (who: string, id: string) =>
      client.request<unknown>({ method: 'DELETE', path: `/users/${who}/sessions/${id}` }),
    /** Of oneself all but this one. */
    endSessions: (who: string) => client.request<unknown>({ method: 'DELETE', path: `/users/${who}/sessions` }),
    policy: async (signal: AbortSignal): Promise<SignInPolicy> => {
      const { second_factor } = await client.request<SignInPolicy>({ method: 'GET', path: '/auth/policy', signal });
      return { second_factor };
    },
    setPolicy: (policy: SignInPolicy) => client.request<unknown>({ method: 'PUT', path: '/auth/policy', body: policy }),
  };
}

export function useSecurityApi() {
  const { client } = useApi();
  return useMemo(() => securityApi(client), [client]);
}
