// Takes in again what was refused, and says in a toast what became of it.

import type { ReplayReply } from '@gonsters/contract';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useApi } from '../../../../api/use-api.ts';
import { toast } from '../../../../components/ui/toast.ts';
import { useIncomingText } from '../use-incoming-text.ts';

const ASK_EVERY_MS = 1_000;

export function useReplay() {
  const { say } = useIncomingText();
  const api = useApi();
  const queries = useQueryClient();
  /** How many so far; null while none runs. */
  const [replayed, setReplayed] = useState<number | null>(null);
  const replay = async (streamId: string): Promise<void> => {
    setReplayed(0);
    try {
      let progress: ReplayReply = await api.replay(streamId);
      // A long one goes on by itself; how far it is, is asked for.
      while (progress.state === 'running') {
        setReplayed(progress.replayed);
        await new Promise((resolve) => setTimeout(resolve, ASK_EVERY_MS));
        progress = await api.replayProgress(streamId);
      }
      const { state, stored, partly_stored: partly, still_refused: left } = progress;
      if (state === 'interrupted') toast.error(say('replay.interrupted'));
      else toast.success(say('replay.done', { stored: stored + partly, left }));
      void queries.invalidateQueries({ queryKey: ['incoming'] });
    } finally {
      setReplayed(null);
    }
  };
  return { replayed, replay };
}
