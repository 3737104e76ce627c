// The routes in SQL, in their order. The default route is the last one, and always there.

import type { Chain, NotificationRoute, RouteMatch } from '@gonsters/contract';
import { isoTime } from '@gonsters/contract';
import type { Selectable } from 'kysely';
import type { Connection, Database } from '../../database/database.ts';
import type { Schema } from '../../database/schema.ts';
import { AppError } from '../../errors.ts';
import { nameKey } from '../../name-key.ts';

export type StoredRoute = NotificationRoute;
/** What people change of a route. */
export type RouteFields = Pick<StoredRoute, 'name' | 'is_active' | 'match' | 'continue' | 'chain'>;

const DEFAULT_ID = '00000000-0000-4000-8000-000000000001';
/** Before every route could be changed: the address and the webhooks of the plant at once, and again after two hours. */
const DEFAULT: RouteFields = {
  name: 'Everything else',
  is_active: true,
  match: {},
  continue: false,
  chain: {
    steps: [{ wait_seconds: 0, tell: [{ kind: 'alert_email' }, { kind: 'webhooks' }], repeat: 1, every_seconds: 7200 }],
    stop_on_clear: true,
  },
};

export class RouteRepository {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  /** Makes the default route of a new or upgraded plant. */
  async ensureDefault(nowMs: number): Promise<void> {
    await this.#database.db
      .insertInto('notification_routes')
      .values({ id: DEFAULT_ID, position: 0, is_default: 1, ...rowOf(DEFAULT), created_at: nowMs, updated_at: nowMs })
      .onConflict((conflict) => conflict.column('id').doNothing())
      .execute();
  }

  /** In the order in which they are looked at. */
  async all(): Promise<StoredRoute[]> {
    const rows = await this.#database.db
      .selectFrom('notification_routes')
      .selectAll()
      .orderBy('is_default')
      .orderBy('position')
      .orderBy('created_at')
      .execute();
    return rows.map(toRoute);
  }

  /** Rejects with `not_found`. */
  async get(id: string): Promise<StoredRoute> {
    const route = (await this.all()).find((each) => each.id === id);
    if (route === undefined) throw unknownRoute(id);
    return route;
  }

  /** After all others but the default route. Rejects with `name_taken`. */
  async add(id: string, fields: RouteFields, nowMs: number): Promise<void> {
    const { db } = this.#database;
    const last = await db
      .selectFrom('notification_routes')
      .select(({ fn }) => fn.max('position').as('position'))
      .executeTakeFirst();
    const row = { id, position: (last?.position ?? 0) + 1, is_default: 0, ...rowOf(fields) };
    await this.#unlessTaken(
      db
        .insertInto('notification_routes')
        .values({ ...row, created_at: nowMs, updated_at: nowMs })
        .execute(),
    );
  }

  /** Rejects with `not_found` and `name_taken`. */
  async update(id: string, fields: RouteFields, nowMs: number): Promise<void> {
    const { numUpdatedRows } = await this.#unlessTaken(
      this.#database.db
        .updateTable('notification_routes')
        .set({ ...rowOf(fields), updated_at: nowMs })
        .where('id', '=', id)
        .executeTakeFirst(),
    );
    if (numUpdatedRows === 0n) throw unknownRoute(id);
  }

  /** Rejects with `not_found`, also for the default route. */
  async remove(id: string): Promise<void> {
    const { numDeletedRows } = await this.#database.db
      .deleteFrom('notification_routes')
      .where('id', '=', id)
      .where('is_default', '=', 0)
      .executeTakeFirst();
    if (numDeletedRows === 0n) throw unknownRoute(id);
  }

  /** Rejects with `conflict` where `ids` are not all routes but the default one: somebody has changed them meanwhile. */
  async order(ids: readonly string[]): Promise<void> {
    await this.#database.db.transaction().execute(async (transaction) => {
      const stored = await idsOf(transaction);
      if (stored.length !== ids.length || !stored.every((id) => ids.includes(id))) {
        throw new AppError('conflict', 'The routes are not those that are to be ordered; read them again');
      }
      for (const [position, id] of ids.entries()) {
        await transaction.updateTable('notification_routes').set({ position }).where('id', '=', id).execute();
      }
    });
  }

  async #unlessTaken<T>(write: Promise<T>): Promise<T> {
    try {
      return await write;
    } catch (error) {
      if (!this.#database.engine.isUniqueViolation(error, 'notification_routes', 'name_key')) throw error;
      throw new AppError('name_taken', undefined, { cause: error });
    }
  }
}

const unknownRoute = (id: string) => new AppError('not_found', `No route has the id ${id}`);

async function idsOf(db: Connection): Promise<string[]> {
  const rows = await db.selectFrom('notification_routes').select('id').where('is_default', '=', 0).execute();
  return rows.map(({ id }) => id);
}

const rowOf = ({ name, is_active: isActive, match, continue: goesOn, chain }: RouteFields) => ({
  name,
  name_key: nameKey(name),
  is_active: Number(isActive),
  is_continued: Number(goesOn),
  definition: JSON.stringify({ match, chain }),
});

function toRoute(row: Selectable<Schema['notification_routes']>): StoredRoute {
  const { match, chain } = JSON.parse(row.definition) as { match: RouteMatch; chain: Chain };
  return {
    ...{ id: row.id, name: row.name, is_default: row.is_default === 1, is_active: row.is_active === 1 },
    ...{ match, continue: row.is_continued === 1, chain },
    ...{ created_at: isoTime(row.created_at), updated_at: isoTime(row.updated_at) },
  };
}
