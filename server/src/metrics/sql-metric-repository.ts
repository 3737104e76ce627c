// The catalogue in SQL.

import type { MachineOverrides } from '@gonsters/contract';
import { type Connection, type Database, inChunks } from '../database/database.ts';
import type {
  CatalogueChange,
  MachineTypeRecord,
  MetricRecord,
  MetricRepository,
  StoredCatalogue,
  TypeDefinition,
} from './metric-repository.ts';
import { limitsRecord, metricColumns, metricRecord } from './metric-row.ts';

const ROWS_PER_INSERT = 200;

export class SqlMetricRepository implements MetricRepository {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  all(): Promise<StoredCatalogue> {
    return this.#database.db
      .transaction()
      .setIsolationLevel('repeatable read')
      .execute((transaction) => readAll(transaction));
  }

  change(
    decide: (stored: StoredCatalogue, machineTypesInUse: ReadonlyMap<string, number>) => CatalogueChange,
  ): Promise<StoredCatalogue> {
    return this.#database.db.transaction().execute(async (transaction) => {
      await this.#database.engine.lock(transaction, 'metrics');
      const stored = await readAll(transaction);
      const change = decide(stored, await typesInUse(transaction));
      if (Object.keys(change).length === 0) return stored;
      await deleteMetrics(transaction, change.deletedMetrics ?? []);
      await deleteTypes(transaction, change.deletedTypes ?? []);
      const states = new Map([
        ...stored.formerStates,
        ...stored.metrics.map((metric) => [metric.name, metric.states] as const),
      ]);
      await putMetrics(transaction, change.metrics ?? [], states);
      for (const type of change.types ?? []) await putType(transaction, type);
      for (const [machineId, overrides] of change.overrides ?? [])
        await putOverrides(transaction, machineId, overrides);
      return readAll(transaction);
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

async function readAll(connection: Connection): Promise<StoredCatalogue> {
  const rows = await connection.selectFrom('metrics').selectAll().orderBy('created_at').orderBy('name').execute();
  const aliases = await connection.selectFrom('metric_aliases').selectAll().orderBy('alias').execute();
  const states = await connection.selectFrom('metric_states').selectAll().orderBy('code').execute();
  const types = await connection.selectFrom('machine_types').selectAll().orderBy('name').execute();
  const limits = await connection
    .selectFrom('alert_limits')
    .selectAll()
    .where('owner_kind', '=', 'sensor_type')
    .execute();
  const overrides = await connection.selectFrom('machine_overrides').selectAll().execute();
  const aliasesOf = grouped(aliases, (row) => row.metric);
  const statesOf = new Map(
    Array.from(
      grouped(states, (row) => row.metric),
      ([metric, named]) => [metric, named.map(({ name }) => name)],
    ),
  );
  const names = new Set(rows.map((row) => row.name));
  const limitsOf = grouped(limits, (row) => row.owner);
  return {
    metrics: rows.map((row) =>
      metricRecord(
        row,
        (aliasesOf.get(row.name) ?? []).map(({ alias }) => alias),
        statesOf.get(row.name) ?? [],
      ),
    ),
    types: types.map((row) => ({
      name: row.name,
      definition: { metrics: [], headline: [], charts: [], ...(JSON.parse(row.definition) as Partial<TypeDefinition>) },
      limits: Object.fromEntries((limitsOf.get(row.name) ?? []).map((each) => [each.metric, limitsRecord(each)])),
      createdAtMs: row.created_at,
      updatedAtMs: row.updated_at,
      updatedBy: row.updated_by,
    })),
    overrides: new Map(overrides.map((row) => [row.machine_id, JSON.parse(row.definition) as MachineOverrides])),
    formerStates: new Map([...statesOf].filter(([metric]) => !names.has(metric))),
  };
}

async function typesInUse(connection: Connection): Promise<Map<string, number>> {
  const rows = await connection
    .selectFrom('machine_metadata')
    .select(['sensor_type', ({ fn }) => fn.countAll<number>().as('machines')])
    .groupBy('sensor_type')
    .execute();
  return new Map(rows.map((row) => [row.sensor_type, Number(row.machines)]));
}

async function putMetrics(
  transaction: Connection,
  records: readonly MetricRecord[],
  storedStates: ReadonlyMap<string, readonly string[]>,
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
    states.map((name, code) => ({ metric, code, name })).slice(storedStates.get(metric)?.length ?? 0),
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
}

async function putType(transaction: Connection, type: MachineTypeRecord): Promise<void> {
  const { createdAtMs, updatedAtMs, updatedBy, name } = type;
  const columns = { definition: JSON.stringify(type.definition), updated_at: updatedAtMs, updated_by: updatedBy };
  await transaction
    .insertInto('machine_types')
    .values({ name, created_at: createdAtMs, ...columns })
    .onConflict((conflict) => conflict.column('name').doUpdateSet(columns))
    .execute();
  await deleteTypeLimits(transaction, [name]);
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

async function deleteTypes(transaction: Connection, names: readonly string[]): Promise<void> {
  if (names.length === 0) return;
  await transaction.deleteFrom('machine_types').where('name', 'in', names).execute();
  await deleteTypeLimits(transaction, names);
}

async function deleteTypeLimits(transaction: Connection, types: readonly string[]): Promise<void> {
  await transaction
    .deleteFrom('alert_limits')
    .where('owner_kind', '=', 'sensor_type')
    .where('owner', 'in', types)
    .execute();
}

async function putOverrides(transaction: Connection, machineId: string, overrides: MachineOverrides | null) {
  await transaction.deleteFrom('machine_overrides').where('machine_id', '=', machineId).execute();
  if (overrides === null) return;
  const definition = JSON.stringify(overrides);
  await transaction.insertInto('machine_overrides').values({ machine_id: machineId, definition }).execute();
}

function grouped<T>(rows: readonly T[], keyOf: (row: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const row of rows) {
    const group = groups.get(keyOf(row));
    if (group === undefined) groups.set(keyOf(row), [row]);
    else group.push(row);
  }
  return groups;
}
