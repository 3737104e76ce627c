// The API and the session for components.

import type { Permission } from '@gonsters/contract';
import { createContext, useContext, useSyncExternalStore } from 'react';
import type { Api } from './api.ts';
import type { Session, SessionState } from './http/session.ts';

export interface ApiServices {
  api: Api;
  session: Session;
}

const ApiContext = createContext<ApiServices | null>(null);
export const ApiProvider = ApiContext.Provider;

function useServices(): ApiServices {
  const services = useContext(ApiContext);
  if (services === null) throw new Error('Outside of an ApiProvider');
  return services;
}

export const useApi = (): Api => useServices().api;
export const useSession = (): Session => useServices().session;

export function useSessionState(): SessionState {
  const session = useSession();
  return useSyncExternalStore(session.subscribe, () => session.state);
}

/** Whether the signed-in user has a permission. Actions without permission are not offered. */
export function useMay(permission: Permission): boolean {
  const state = useSessionState();
  return state.phase === 'signed-in' && state.user.permissions.includes(permission);
}

/** The factory of the signed-in user; null for one who sees every machine. */
export function useOwnFactory(): string | null {
  const state = useSessionState();
  return state.phase === 'signed-in' ? state.user.factory_id : null;
}
