// Tests of channels: one at a time for each, and what the other side answered.

import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTellingApi } from '../../../../api/telling/use-telling-api.ts';
import { formFaults } from '../../management-fault.ts';
import { useTellingText } from '../../telling/use-telling-text.ts';

export const CHANNELS_KEY = ['notification-channels'];

export interface TestResult {
  isBusy: boolean;
  /** What was answered, in a sentence. */
  text: string;
  isAccepted: boolean;
}

export function useChannelTest() {
  const { t, say } = useTellingText();
  const api = useTellingApi();
  const queries = useQueryClient();
  const [results, setResults] = useState<Readonly<Record<string, TestResult>>>({});
  const put = (id: string, result: TestResult) => setResults((before) => ({ ...before, [id]: result }));
  return {
    of: (id: string): TestResult | null => results[id] ?? null,
    /** Without `contact` to the channel's own destination. Resolves to the fault of the address, or ''. */
    run: async (id: string, contact?: string): Promise<string> => {
      put(id, { isBusy: true, text: '', isAccepted: false });
      let fault = '';
      try {
        const reply = await api.testChannel(id, contact);
        const isAccepted = reply.result === 'accepted';
        const text = say(`channels.test.${reply.result}`, { ms: reply.took_ms, response: reply.response });
        put(id, { isBusy: false, text, isAccepted });
      } catch (error) {
        const faults = formFaults(t, error);
        fault = faults.contact ?? '';
        put(id, { isBusy: false, text: fault === '' ? (faults[''] ?? '') : '', isAccepted: false });
      }
      void queries.invalidateQueries({ queryKey: CHANNELS_KEY });
      return fault;
    },
  };
}

export type ChannelTests = ReturnType<typeof useChannelTest>;
