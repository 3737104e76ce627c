// What the newest messages of a stream become with the profile as it is now. Asked for once typing pauses.

import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { useApi } from '../../../../api/use-api.ts';
import { editedProfile, type ProfileEdit } from '../model/profile-draft.ts';

const PAUSE_MS = 250;

/** `newest` is when the newest message came: with another one the answer is another. */
export function usePreview(gatewayId: string | null, edit: ProfileEdit, streamId: string, newest: string) {
  const api = useApi();
  const aliases = edit.aliases.map(({ alias, machine }) => ({ alias, machine_id: machine.machine_id }));
  const text = useLater(JSON.stringify({ profile: editedProfile(edit), aliases }));
  return useQuery({
    // A machine that is added, or is given an alias, changes the answer.
    queryKey: ['machines', 'profile-preview', gatewayId, streamId, text, newest],
    queryFn: ({ signal }) => api.previewProfile(gatewayId ?? '', JSON.parse(text), streamId, signal),
    enabled: gatewayId !== null,
    placeholderData: keepPreviousData,
  });
}

function useLater(text: string): string {
  const [later, setLater] = useState(text);
  useEffect(() => {
    const timer = setTimeout(() => setLater(text), PAUSE_MS);
    return () => clearTimeout(timer);
  }, [text]);
  return later;
}
