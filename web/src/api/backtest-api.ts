// Requests about improving alarms: back-tests, and the conditions that ring most with what would quieten them.

import type { BacktestReply, BacktestRequest, BacktestResult, BadActors, ImprovementInput } from '@gonsters/contract';
import type { ApiClient } from './http/api-client.ts';

/** Without the times as dates, which are texts on the wire. */
export type BacktestAsked = Omit<BacktestRequest, 'from' | 'to'> & { from: string; to: string };

const BACKTEST = '/alerts/backtest';
const ACTORS = '/alerts/bad-actors';
const ASK_EVERY_MS = 400;

export function backtestApi(client: ApiClient) {
  return {
    /**
     * Resolves to the result; until then `onProgress` is told how far it is, from 0 to 1. Aborting `signal` cancels the job on
     * the server. Rejects with an ApiError, or with what the server says of a job that failed.
     */
    backtest: async (
      asked: BacktestAsked,
      onProgress: (progress: number) => void,
      signal: AbortSignal,
    ): Promise<BacktestResult> => {
      let reply = await client.request<BacktestReply>({ method: 'POST', path: BACKTEST, body: asked, signal });
      const path = `${BACKTEST}/${reply.job.id}`;
      const cancel = () => void client.request({ method: 'DELETE', path }).catch(() => undefined);
      signal.addEventListener('abort', cancel, { once: true });
      try {
        while (reply.result === null) {
          if (reply.job.state === 'failed' || reply.job.state === 'cancelled')
            throw new Error(reply.job.error ?? reply.job.state);
          onProgress(reply.job.progress);
          await pause(ASK_EVERY_MS, signal);
          reply = await client.request<BacktestReply>({ method: 'GET', path, signal });
        }
        return reply.result;
      } finally {
        signal.removeEventListener('abort', cancel);
      }
    },
    badActors: (span: { fromMs: number; toMs: number }, signal: AbortSignal) =>
      client.request<BadActors>({
        method: 'GET',
        path: ACTORS,
        query: { from: new Date(span.fromMs).toISOString(), to: new Date(span.toMs).toISOString() },
        signal,
      }),
    applyImprovement: async (body: ImprovementInput): Promise<string> =>
      (await client.request<{ id: string }>({ method: 'POST', path: `${ACTORS}/apply`, body })).id,
    undoImprovement: (id: string) =>
      client.request<unknown>({ method: 'POST', path: `${ACTORS}/${id}/undo`, body: {} }),
  };
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(done, ms);
    function done() {
      signal.removeEventListener('abort', stopped);
      resolve();
    }
    function stopped() {
      clearTimeout(timer);
      reject(signal.reason);
    }
    signal.addEventListener('abort', stopped, { once: true });
  });
}
