// Performs the same action on several alerts, a few at a time, and reports the result for each.

import type { Alert } from '@gonsters/contract';
import { useState } from 'react';
import { errorText } from '../../../i18n/error-text.ts';
import { useText } from '../../../i18n/use-text.ts';
import { useLive } from '../../../live/use-live.ts';

const AT_ONCE = 4;

export interface BulkFailure {
  alert: Alert;
  reason: string;
}

export interface Bulk {
  busy: boolean;
  /** How many have been answered so far, well or not. */
  answered: number;
  /** How it went; null before the end. */
  outcome: { done: readonly Alert[]; failures: readonly BulkFailure[] } | null;
  /** Resolves with what failed. */
  run: (alerts: readonly Alert[], change: (alert: Alert) => Promise<Alert>) => Promise<readonly BulkFailure[]>;
}

export function useBulk(onDone?: (done: readonly Alert[]) => void): Bulk {
  const { alerts: live } = useLive();
  const { t } = useText();
  const [busy, setBusy] = useState(false);
  const [answered, setAnswered] = useState(0);
  const [outcome, setOutcome] = useState<Bulk['outcome']>(null);
  const run: Bulk['run'] = async (alerts, change) => {
    setBusy(true);
    setAnswered(0);
    setOutcome(null);
    const done: Alert[] = [];
    const failures: BulkFailure[] = [];
    const waiting = [...alerts];
    const work = async () => {
      for (let alert = waiting.shift(); alert; alert = waiting.shift()) {
        try {
          live.apply([await change(alert)]);
          done.push(alert);
        } catch (error) {
          failures.push({ alert, reason: errorText(t, error) });
        }
        setAnswered((count) => count + 1);
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, work));
    setBusy(false);
    setOutcome({ done, failures });
    onDone?.(done);
    return failures;
  };
  return { busy, answered, outcome, run };
}
