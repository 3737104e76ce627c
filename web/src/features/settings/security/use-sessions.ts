// The sessions of a user and what ends them.

import type { UserSession } from '@gonsters/contract';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useSecurityApi } from '../../../api/security-api.ts';
import { toast } from '../../../components/ui/toast.ts';
import { managementFaultText } from '../management-fault.ts';
import { useSecurityText } from './use-security-text.ts';

/** Somebody may sign in elsewhere while one looks. */
const LOOK_EVERY_MS = 30_000;

/** `who`: the id of a user, or `me`. */
export function useSessions(who: string) {
  const { t, say } = useSecurityText();
  const api = useSecurityApi();
  const queries = useQueryClient();
  const key = ['sessions', who];
  const query = useQuery({
    queryKey: key,
    queryFn: ({ signal }) => api.sessions(who, signal),
    refetchInterval: LOOK_EVERY_MS,
  });
  const act = async (work: () => Promise<unknown>, done: string) => {
    try {
      await work();
      toast.success(done);
    } catch (error) {
      toast.error(managementFaultText(t, error));
    }
    await queries.invalidateQueries({ queryKey: key });
  };
  return {
    query,
    end: ({ id }: UserSession) => act(() => api.endSession(who, id), say('sessions.ended')),
    /** `done` is said when they have ended. */
    endAll: (done: string) => act(() => api.endSessions(who), done),
  };
}
