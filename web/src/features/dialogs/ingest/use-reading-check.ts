// The typed reading in the form in which it is sent, checked against the server's time.

import type { IngestBatch, Machine } from '@gonsters/contract';
import { useSessionState } from '../../../api/use-api.ts';
import { useLive } from '../../../live/use-live.ts';
import {
  batchOfReading,
  checkReading,
  type EnteredMetric,
  type ReadingFaults,
  type TypedReading,
} from './reading-check.ts';

export interface ReadingCheck {
  faults: ReadingFaults;
  /** Made when it is sent; undefined where there are faults. */
  body: (() => IngestBatch) | undefined;
}

export function useReadingCheck(
  machine: Machine | null,
  typed: TypedReading,
  metrics: readonly EnteredMetric[],
): ReadingCheck {
  const { now } = useLive();
  const state = useSessionState();
  const faults = checkReading(machine, typed, metrics, now());
  const username = state.phase === 'signed-in' ? state.user.username : '';
  if (machine === null || Object.keys(faults).length > 0) return { faults, body: undefined };
  return { faults, body: () => batchOfReading(machine, typed, metrics, now(), `by-hand:${username}`) };
}
