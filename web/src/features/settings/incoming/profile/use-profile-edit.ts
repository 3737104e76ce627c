// The rule with which a stream is read, as a person changes it: from the profile in force, or else the proposed one.

import type { ProfileRule } from '@gonsters/contract';
import { useQuery } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import { useApi } from '../../../../api/use-api.ts';
import { type ProfileEdit, startEdit } from '../model/profile-draft.ts';

export function useProfileEdit(gatewayId: string | null, topic: string, proposed: ProfileRule) {
  const api = useApi();
  const profile = useQuery({
    queryKey: ['gateway-profile', gatewayId],
    queryFn: ({ signal }) => api.gatewayProfile(gatewayId ?? '', signal),
    enabled: gatewayId !== null,
  });
  const [changed, setChanged] = useState<ProfileEdit | null>(null);
  const started = useMemo(() => startEdit(profile.data ?? null, topic, proposed), [profile.data, topic, proposed]);
  const edit = changed ?? started;
  return {
    profile,
    edit,
    change: (change: Partial<ProfileEdit>) => setChanged({ ...edit, ...change }),
    /** What was changed is given up; what is in force, or proposed, is shown. */
    reset: () => setChanged(null),
  };
}
