// The runs of chains, in SQL. A run is advanced in the transaction that stores what its step says, and only by one node.

import type { AlertEvent, AlertState, Chain, RunState, Severity, TellingReason } from '@gonsters/contract';
import { type Selectable, sql } from 'kysely';
import { type Connection, type Database, inChunks } from '../../database/database.ts';
import type { Schema } from '../../database/schema.ts';
import type { ChainRun } from '../chains/chain.ts';
import { contactKey, type NewItem } from '../notification-types.ts';
import { insertItems } from './insert-items.ts';

const ROWS_PER_STATEMENT = 100;
/** Gaps of one run that are kept. */
const MOST_GAPS = 20;

export interface RunGap {
  readonly atMs: number;
  /** From 1. */
  readonly step: number;
  readonly text: string;
  /** Absent in gaps that former versions have stored. */
  readonly reason?: TellingReason;
}

/** A chain that tells people of one raise or escalation of an alert. */
export interface Run extends ChainRun {
  readonly id: string;
  readonly alertId: string;
  /** Number of the change that began it. Runs of several routes have the same. */
  readonly seq: number;
  readonly route: { readonly id: string; readonly name: string };
  readonly kind: 'raised' | 'escalated';
  /** The alert at that change. */
  readonly event: AlertEvent;
  readonly gaps: readonly RunGap[];
  readonly startedAtMs: number;
  readonly endedAtMs: number | null;
}

/** An alert as it is now, as far as a chain must know. */
export interface PresentAlert {
  readonly state: AlertState;
  readonly isShelved: boolean;
  readonly clearedAtMs: number | null;
}

/** What became of what a run said. */
export interface RunItem {
  readonly runId: string;
  /** A person, or an address that belongs to nobody. */
  readonly who: string;
  readonly isAccepted: boolean;
  /** A message may still be sent, or handed on to the next contact point. */
  readonly isOpen: boolean;
  readonly sentAtMs: number | null;
}

export class Runs {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  /** Of these alerts, those that have not ended, or after which nobody was told. */
  async open(alertIds: readonly string[]): Promise<Run[]> {
    return this.#select(alertIds, (query) => query.where('state', 'in', ['running', 'nobody']));
  }

  /** Those that the newest raise or escalation of each of these alerts began. */
  async newest(alertIds: readonly string[]): Promise<Run[]> {
    return this.#select(alertIds, (query) =>
      query.where('seq', '=', ({ selectFrom }) =>
        selectFrom('notification_runs as other')
          .select(({ fn }) => fn.max('other.seq').as('seq'))
          .whereRef('other.alert_id', '=', 'notification_runs.alert_id'),
      ),
    );
  }

  /** Whose next step, or outcome, is due. The oldest first. */
  async due(nowMs: number, limit: number): Promise<Run[]> {
    const rows = await this.#database.db
      .selectFrom('notification_runs')
      .selectAll()
      .where('state', '=', sql.lit('running'))
      .where('due_at', '<=', nowMs)
      .orderBy('due_at')
      .orderBy('id')
      .limit(limit)
      .execute();
    return rows.map(toRun);
  }

  /** When a run is due next, UTC ms; null where none is. */
  async nextDueMs(): Promise<number | null> {
    const row = await this.#database.db
      .selectFrom('notification_runs')
      .select(({ fn }) => fn.min('due_at').as('due'))
      .where('state', '=', sql.lit('running'))
      .executeTakeFirst();
    return row?.due ?? null;
  }

  /** Alerts that a node which has stopped may have left half told. */
  async unfinished(sinceMs: number, limit: number): Promise<string[]> {
    const rows = await this.#database.db
      .selectFrom('notification_runs')
      .select('alert_id')
      .distinct()
      .where((where) => where.or([where('state', '=', sql.lit('running')), where('ended_at', '>=', sinceMs)]))
      .limit(limit)
      .execute();
    return rows.map(({ alert_id: id }) => id);
  }

  /** The alerts as they are now, as far as a chain must know. */
  async alerts(ids: readonly string[]): Promise<Map<string, PresentAlert>> {
    const found = new Map<string, PresentAlert>();
    await inChunks(ids, ROWS_PER_STATEMENT, async (chunk) => {
      const rows = await this.#database.db
        .selectFrom('alerts')
        .select(['id', 'state', 'shelved_until', 'cleared_at'])
        .where('id', 'in', chunk)
        .execute();
      for (const row of rows) {
        found.set(row.id, { state: row.state, isShelved: row.shelved_until !== null, clearedAtMs: row.cleared_at });
      }
    });
    return found;
  }

  /** What these runs have said. */
  async items(runIds: readonly string[]): Promise<RunItem[]> {
    const found: RunItem[] = [];
    await inChunks(runIds, ROWS_PER_STATEMENT, async (chunk) => {
      const rows = await this.#database.db
        .selectFrom('notification_items as item')
        .leftJoin('notification_messages as message', 'message.id', 'item.message_id')
        .select(['item.run_id', 'item.person', 'item.channel', 'item.contact'])
        .select(['message.state', 'message.sent_at', 'message.is_settled'])
        .where('item.run_id', 'in', chunk)
        .execute();
      for (const row of rows) {
        found.push({
          runId: row.run_id as string,
          who: row.person ?? contactKey(row),
          isAccepted: row.sent_at !== null,
          isOpen:
            row.state === null ||
            row.state === 'queued' ||
            row.state === 'sending' ||
            (row.state === 'failed' && row.is_settled === 0),
          sentAtMs: row.sent_at,
        });
      }
    });
    return found;
  }

  /**
   * Stores runs that have come further, each with what its step says, all or nothing. Those that another node has advanced meanwhile
   * are left as they are, and what was to be said of them is dropped.
   */
  async advance(steps: readonly { from: Run; to: Run; items: readonly NewItem[] }[]): Promise<void> {
    if (steps.length === 0) return;
    await this.#database.db.transaction().execute(async (transaction) => {
      const items: NewItem[] = [];
      for (const { from, to, items: said } of steps) {
        const { numUpdatedRows } = await transaction
          .updateTable('notification_runs')
          .set(progressRow(to))
          .where('id', '=', from.id)
          .where('state', '=', from.state)
          .where('step', '=', from.step)
          .where('repetition', '=', from.repetition)
          .executeTakeFirst();
        if (numUpdatedRows > 0n) items.push(...said);
      }
      await insertItems(transaction, items);
    });
  }

  async #select(
    alertIds: readonly string[],
    narrow: (query: ReturnType<typeof selectRuns>) => ReturnType<typeof selectRuns>,
  ): Promise<Run[]> {
    const found: Run[] = [];
    await inChunks([...new Set(alertIds)], ROWS_PER_STATEMENT, async (chunk) => {
      const rows = await narrow(selectRuns(this.#database.db).where('alert_id', 'in', chunk)).execute();
      found.push(...rows.map(toRun));
    });
    return found;
  }
}

const selectRuns = (db: Connection) => db.selectFrom('notification_runs').selectAll();

/** Stores new runs. One that is stored already is ignored. */
export async function insertRuns(transaction: Connection, runs: readonly Run[]): Promise<void> {
  await inChunks(runs, ROWS_PER_STATEMENT, (chunk) =>
    transaction
      .insertInto('notification_runs')
      .values(
        chunk.map((run) => ({
          ...{ id: run.id, alert_id: run.alertId, seq: run.seq, kind: run.kind, severity: run.severity },
          ...{ route_id: run.route.id, route_name: run.route.name, started_at: run.startedAtMs },
          ...{ chain: JSON.stringify(run.chain), payload: JSON.stringify(run.event) },
          ...progressRow(run),
        })),
      )
      .onConflict((conflict) => conflict.columns(['alert_id', 'seq', 'route_id']).doNothing())
      .execute(),
  );
}

/** Ends runs that are open. */
export async function endRuns(transaction: Connection, runs: readonly Run[]): Promise<void> {
  for (const run of runs) {
    await transaction
      .updateTable('notification_runs')
      .set({ state: run.state, due_at: null, ended_at: run.endedAtMs })
      .where('id', '=', run.id)
      .where('state', 'in', ['running', 'nobody'])
      .execute();
  }
}

const progressRow = ({ state, step, repetition, gaps, dueAtMs, endedAtMs }: Run) => ({
  state,
  step,
  repetition,
  gaps: JSON.stringify(gaps.slice(-MOST_GAPS)),
  due_at: dueAtMs,
  ended_at: endedAtMs,
});

function toRun(row: Selectable<Schema['notification_runs']>): Run {
  return {
    id: row.id,
    alertId: row.alert_id,
    seq: row.seq,
    route: { id: row.route_id, name: row.route_name },
    kind: row.kind,
    severity: row.severity as Severity,
    chain: JSON.parse(row.chain) as Chain,
    event: JSON.parse(row.payload) as AlertEvent,
    state: row.state as RunState,
    step: row.step,
    repetition: row.repetition,
    gaps: JSON.parse(row.gaps) as RunGap[],
    startedAtMs: row.started_at,
    dueAtMs: row.due_at,
    endedAtMs: row.ended_at,
  };
}
