// The catalogue in SQL.

import { setImmediate as nextTurn } from 'node:timers/promises';
import type { MachineOverrides } from '@gonsters/contract';
import type { Selectable } from 'kysely';
import { type Connection, type Database, inChunks } from '../database/database.ts';
import type { Schema } from '../database/schema.ts';
import { AppError } from '../errors.ts';
import { byAge, byName, changedCatalogue, statesOf } from './changed-catalogue.ts';
import type {
  CatalogueChange,
  MachineTypeRecord,
  MetricRecord,
  MetricRepository,
  StoredCatalogue,
} from './metric-repository.ts';
import { metricColumns, metricRecord, typeRecord } from './metric-row.ts';
import { putCalibration, readCalibrations } from './sql-calibrations.ts';

const ROWS_PER_INSERT = 200;
const ROWS_PER_PAGE = 250;

export class SqlMetricRepository implements MetricRepository {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  read(known: StoredCatalogue | null): Promise<StoredCatalogue> {
    return this.#database.db
      .transaction()
      .setIsolationLevel('repeatable read')
      .execute((transaction) => readNewer(transaction, known));
  }

  change(
    known: StoredCatalogue | null,
    decide: (stored: StoredCatalogue) => CatalogueChange,
  ): Promise<StoredCatalogue> {
    return this.#database.db.transaction().execute(async (transaction) => {
      await this.#database.engine.lock(transaction, 'metrics');
      const stored = await readNewer(transaction, known);
      const change = decide(stored);
      if (Object.keys(change).length === 0) return stored;
      await deleteMetrics(transaction, change.deletedMetrics ?? []);
      for (const name of change.deletedTypes ?? []) await deleteType(transaction, name);
      await putMetrics(transaction, change.metrics ?? [], (name) => statesOf(stored, name));
      for (const type of change.types ?? []) await putType(transaction, type);
      for (const each of change.overrides ?? []) await putOverrides(transaction, ...each);
      for (const each of change.calibrations ?? []) await putCalibration(transaction, each);
      const after = changedCatalogue(stored, change);
      await transaction.updateTable('catalogue_revision').set({ revision: after.revision }).execute();
      return after;
    });
  }

  async series(): Promise<{ machineId: string; metric: string }[]> {
    const rows = await this.#database.db.selectFrom('machine_metrics').selectAll().execute();
    return rows.map((row) => ({ machineId: row.machine_id, metric: row.metric }));
  }

  async addSeries(pairs: readonly { machineId: string; metric: string }[]): Promise<void> {
    await inChunks(pairs, ROWS_PER_INSERT, (chunk) =>
      this.#database.db
        .insertInto('machine_metrics')
        .values(chunk.map(({ machineId, metric }) => ({ machine_id: machineId, metric })))
        .onConflict((conflict) => conflict.doNothing())
        .execute(),
    );
  }
}

async function readNewer(connection: Connection, known: StoredCatalogue | null): Promise<StoredCatalogue> {
  const { revision } = await connection.selectFrom('catalogue_revision').select('revision').executeTakeFirstOrThrow();
  return known?.revision === revision ? known : { revision, ...(await readAll(connection)) };
}

async function readAll(connection: Connection): Promise<Omit<StoredCatalogue, 'revision'>> {
  const aliases = await connection.selectFrom('metric_aliases').selectAll().orderBy('alias').execute();
  const states = await connection.selectFrom('metric_states').selectAll().orderBy('code').execute();
  const types = await connection.selectFrom('machine_types').selectAll().execute();
  const limits = await connection
    .selectFrom('alert_limits')
    .selectAll()
    .where('owner_kind', '=', 'sensor_type')
    .execute();
  const overrides = await connection.selectFrom('machine_overrides').selectAll().execute();
  const aliasesOf = grouped(aliases, (row) => [row.metric, row.alias]);
  const statesOf = grouped(states, (row) => [row.metric, row.name]);
  const limitsOf = grouped(limits, (row) => [row.owner, row]);
  const metrics: MetricRecord[] = [];
  for await (const rows of metricPages(connection)) {
    for (const row of rows)
      metrics.push(metricRecord(row, aliasesOf.get(row.name) ?? [], statesOf.get(row.name) ?? []));
  }
  const names = new Set(metrics.map(({ name }) => name));
  return {
    metrics: metrics.sort(byAge),
    types: types.map((row) => typeRecord(row, limitsOf.get(row.name) ?? [])).sort(byName),
    overrides: new Map(overrides.map((row) => [row.machine_id, JSON.parse(row.definition) as MachineOverrides])),
    calibrations: await readCalibrations(connection),
    formerStates: new Map([...statesOf].filter(([metric]) => !names.has(metric))),
  };
}

/** Yields to the event loop between the pages, because SQLite runs synchronously. */
async function* metricPages(connection: Connection): AsyncGenerator<Selectable<Schema['metrics']>[]> {
  for (let after = ''; ; ) {
    const rows = await connection
      .selectFrom('metrics')
      .selectAll()
      .where('name', '>', after)
      .orderBy('name')
      .limit(ROWS_PER_PAGE)
      .execute();
    yield rows;
    const last = rows.at(-1);
    if (last === undefined || rows.length < ROWS_PER_PAGE) return;
    after = last.name;
    await nextTurn();
  }
}

async function putMetrics(
  transaction: Connection,
  records: readonly MetricRecord[],
  storedStatesOf: (name: string) => readonly string[],
): Promise<void> {
  const names = records.map(({ name }) => name);
  await inChunks(names, ROWS_PER_INSERT, (chunk) =>
    transaction.deleteFrom('metric_aliases').where('metric', 'in', chunk).execute(),
  );
  for (const record of records) {
    const { name, ...columns } = metricColumns(record);
    await transaction
      .insertInto('metrics')
      .values({ name, ...columns })
      .onConflict((conflict) => conflict.column('name').doUpdateSet(columns))
      .execute();
  }
  const aliases = records.flatMap(({ name, aliases }) => aliases.map((alias) => ({ alias, metric: name })));
  await inChunks(aliases, ROWS_PER_INSERT, (chunk) => transaction.insertInto('metric_aliases').values(chunk).execute());
  const states = records.flatMap(({ name: metric, states }) =>
    states.map((name, code) => ({ metric, code, name })).slice(storedStatesOf(metric).length),
  );
  await inChunks(states, ROWS_PER_INSERT, (chunk) =>
    transaction
      .insertInto('metric_states')
      .values(chunk)
      .onConflict((conflict) => conflict.columns(['metric', 'code']).doNothing())
      .execute(),
  );
}

async function deleteMetrics(transaction: Connection, names: readonly string[]): Promise<void> {
  if (names.length === 0) return;
  await transaction.deleteFrom('metrics').where('name', 'in', names).execute();
  await transaction.deleteFrom('machine_metrics').where('metric', 'in', names).execute();
  await transaction.deleteFrom('alert_limits').where('metric', 'in', names).execute();
  await transaction.deleteFrom('calibration_offsets').where('metric', 'in', names).execute();
}

async function putType(transaction: Connection, type: MachineTypeRecord): Promise<void> {
  const { createdAtMs, updatedAtMs, updatedBy, name } = type;
  const columns = { definition: JSON.stringify(type.definition), updated_at: updatedAtMs, updated_by: updatedBy };
  await transaction
    .insertInto('machine_types')
    .values({ name, created_at: createdAtMs, ...columns })
    .onConflict((conflict) => conflict.column('name').doUpdateSet(columns))
    .execute();
  await deleteTypeLimits(transaction, name);
  const rows = Object.entries(type.limits).map(([metric, limits]) => ({
    owner_kind: 'sensor_type' as const,
    owner: name,
    metric,
    low_low: limits.low_low ?? null,
    low: limits.low ?? null,
    high: limits.high ?? null,
    high_high: limits.high_high ?? null,
  }));
  await inChunks(rows, ROWS_PER_INSERT, (chunk) => transaction.insertInto('alert_limits').values(chunk).execute());
}

async function deleteType(transaction: Connection, name: string): Promise<void> {
  const { machines } = await transaction
    .selectFrom('machine_metadata')
    .select(({ fn }) => fn.countAll<number>().as('machines'))
    .where('sensor_type', '=', name)
    .executeTakeFirstOrThrow();
  if (Number(machines) > 0) {
    const count = Number(machines) === 1 ? '1 machine is' : `${machines} machines are`;
    throw new AppError('conflict', `${count} of the type ${name}; give them another one first`);
  }
  await transaction.deleteFrom('machine_types').where('name', '=', name).execute();
  await deleteTypeLimits(transaction, name);
}

async function deleteTypeLimits(transaction: Connection, type: string): Promise<void> {
  await transaction
    .deleteFrom('alert_limits')
    .where('owner_kind', '=', 'sensor_type')
    .where('owner', '=', type)
    .execute();
}

async function putOverrides(transaction: Connection, machineId: string, overrides: MachineOverrides | null) {
  await transaction.deleteFrom('machine_overrides').where('machine_id', '=', machineId).execute();
  if (overrides === null) return;
  const definition = JSON.stringify(overrides);
  await transaction.insertInto('machine_overrides').values({ machine_id: machineId, definition }).execute();
}

function grouped<R, T>(rows: readonly R[], entryOf: (row: R) => [key: string, value: T]): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const row of rows) {
    const [key, value] = entryOf(row);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [value]);
    else group.push(value);
  }
  return groups;
}
