// The contact points of a person, and changes of how they are used, each stored at once.

import type { ContactPreferences, ContactsReply } from '@gonsters/contract';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useRef, useState } from 'react';
import { useTellingApi } from '../../../api/telling/use-telling-api.ts';
import { toast } from '../../../components/ui/toast.ts';
import { managementFaultText } from '../management-fault.ts';
import { useTellingText } from '../telling/use-telling-text.ts';

/** A handle that is dragged passes several places: only the last one is stored. */
const SETTLE_MS = 400;
/** What becomes of a message changes by itself. */
const LOOK_EVERY_MS = 15_000;

const contactsKey = (who: string) => ['contacts', who];

export function useContacts(who: string) {
  const { t } = useTellingText();
  const api = useTellingApi();
  const queries = useQueryClient();
  const key = contactsKey(who);
  const query = useQuery({
    queryKey: key,
    queryFn: ({ signal }) => api.contacts(who, signal),
    refetchInterval: LOOK_EVERY_MS,
  });
  const [pending, setPending] = useState<ContactPreferences | null>(null);
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  const refresh = () => queries.invalidateQueries({ queryKey: key });
  const stored = query.data === undefined ? null : preferencesOf(query.data);
  const preferences = pending ?? stored;
  const store = async (next: ContactPreferences) => {
    try {
      await api.storeContactPreferences(who, next);
    } catch (error) {
      toast.error(managementFaultText(t, error));
    }
    await refresh();
    setPending((now) => (now === next ? null : now));
    void queries.invalidateQueries({ queryKey: ['notification-preview'] });
  };
  return {
    query,
    preferences,
    refresh,
    change: (part: Partial<ContactPreferences>) => {
      if (preferences === null) return;
      const next = { ...preferences, ...part };
      setPending(next);
      clearTimeout(timer.current);
      timer.current = setTimeout(() => void store(next), SETTLE_MS);
    },
  };
}

function preferencesOf({ normal, critical, quiet_hours, language }: ContactsReply): ContactPreferences {
  return { normal, critical, quiet_hours, language };
}
