// The same history live, by the alert engine on a clock set by hand, and by back-test.

import { RulesInForce } from '../../../src/alerts/backtest/rules-in-force.ts';
import { runBacktest } from '../../../src/alerts/backtest/run-backtest.ts';
import { metricIndexOf } from '../../../src/metric-index.ts';
import type { AlertPlant } from './alert-plant.ts';
import { START_MS } from './alert-plant.ts';
import { batchOf } from './batch-of.ts';
import { type StoredValue, storedColumns } from './stored-columns.ts';

const METRIC = 'temperature';

export interface SeenRaise {
  side: string;
  raisedMs: number;
  clearedMs: number | null;
  severity: string;
  peak: number | null;
  readings: number;
}

/** Each value arrives when it was measured, `perCommit` of them in one commit. @returns the raises of the machine */
export async function raisesLive(
  plant: AlertPlant,
  machineId: string,
  values: readonly StoredValue[],
  perCommit = 1,
): Promise<SeenRaise[]> {
  for (let at = 0; at < values.length; at += perCommit) {
    const rows = values.slice(at, at + perCommit);
    plant.nowMs = Math.max(plant.nowMs, rows.at(-1)?.atMs ?? 0);
    // Not stored: the plant would copy all of them with each commit.
    plant.alerts.evaluate(
      batchOf(
        ...rows.map(({ atMs, value, isBad }) => {
          return [machineId, atMs, { [METRIC]: isBad === true ? { bad: value } : value }] as const;
        }),
      ),
    );
    if (at % 1000 < perCommit) await plant.alerts.whenIdle();
  }
  await plant.alerts.whenIdle();
  const seen: SeenRaise[] = [];
  let cursor: string | undefined;
  do {
    const page = await plant.repository.page({ machineId, metric: METRIC, limit: 1000, ...(cursor && { cursor }) });
    for (const alert of page.alerts) {
      if (alert.limitKind === 'stale') continue;
      const current = await plant.alerts.get(alert.id);
      let next: string | undefined;
      do {
        const found = await plant.alerts.raises(alert.id, { limit: 1000, ...(next && { cursor: next }) });
        for (const raise of found.raises) {
          const newest = raise.number === current.raiseCount ? plant.alerts.leader.engine?.withFigures(current) : null;
          const { peakValue, readingCount } = newest?.raise ?? raise;
          seen.push({
            side: raise.limitKind.startsWith('high') ? 'high' : 'low',
            raisedMs: raise.raisedAtMs,
            clearedMs: raise.clearedAtMs,
            severity: raise.escalatedAtMs === null ? raise.severity : 'critical',
            peak: peakValue,
            readings: readingCount,
          });
        }
        next = found.nextCursor ?? undefined;
      } while (next !== undefined);
    }
    cursor = page.nextCursor ?? undefined;
  } while (cursor !== undefined);
  return ordered(seen);
}

/** The same by back-test, of the rules in force; `pieceLength` is that of the pieces in which values are read. */
export async function raisesByBacktest(
  plant: AlertPlant,
  machineId: string,
  values: readonly StoredValue[],
  pieceLength: number,
): Promise<SeenRaise[]> {
  const rules = new RulesInForce({
    ...plant,
    machines: plant.machines,
    settings: plant.settings,
    catalogue: plant.reader,
    conditions: { effectiveOf: () => [] },
  }).of(machineId, METRIC);
  const last = values.at(-1);
  const outcome = await runBacktest(
    {
      fromMs: START_MS,
      toMs: (last?.atMs ?? START_MS) + 1,
      maxRaises: 1_000_000,
      series: [{ machineId, metric: metricIndexOf(METRIC), now: rules, would: rules, respondMs: 300_000 }],
    },
    {
      readings: storedColumns(values, pieceLength),
      monotonic: { elapsedMs: () => performance.now() },
      signal: new AbortController().signal,
      onProgress: () => {},
    },
  );
  return ordered(
    outcome.raises.flatMap(({ would }) =>
      would === null
        ? []
        : [
            {
              side: would.side,
              raisedMs: would.fromMs,
              clearedMs: would.toMs,
              severity: would.severity,
              peak: would.peak,
              readings: would.readingCount,
            },
          ],
    ),
  );
}

const ordered = (raises: SeenRaise[]) => raises.sort((a, b) => a.raisedMs - b.raisedMs || a.side.localeCompare(b.side));
