// Requests about who may come in with OpenID Connect.

import type { OidcRule, OidcRulesReply } from '@gonsters/contract';
import { useMemo } from 'react';
import type { ApiClient } from './http/api-client.ts';
import { useApi } from './use-api.ts';

function oidcApi(client: ApiClient) {
  return {
    rules: (signal: AbortSignal) => client.request<OidcRulesReply>({ method: 'GET', path: '/auth/oidc/rules', signal }),
    setRules: (rules: readonly OidcRule[]) =>
      client.request<OidcRulesReply>({ method: 'PUT', path: '/auth/oidc/rules', body: { rules } }),
    /** Connects the account of the same name with whoever was refused. */
    link: (refusalId: string) =>
      client.request<unknown>({ method: 'POST', path: `/auth/oidc/refused/${refusalId}/link` }),
  };
}

export function useOidcApi() {
  const { client } = useApi();
  return useMemo(() => oidcApi(client), [client]);
}
