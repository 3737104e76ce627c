// The profiles of gateways in SQL.

import { KEPT_PROFILE_VERSIONS, type ProfileDraft } from '@gonsters/contract';
import type { Selectable } from 'kysely';
import type { Database } from '../database/database.ts';
import type { Schema } from '../database/schema.ts';
import { AppError } from '../errors.ts';
import type { ProfileRepository, ProfileVersion } from './profile-repository.ts';

export class SqlProfileRepository implements ProfileRepository {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  async newest(): Promise<ProfileVersion[]> {
    const rows = await this.#database.db
      .selectFrom('gateway_profiles as each')
      .selectAll()
      .where('version', '=', ({ selectFrom }) =>
        selectFrom('gateway_profiles as own')
          .select(({ fn }) => fn.max('own.version').as('version'))
          .whereRef('own.gateway_id', '=', 'each.gateway_id'),
      )
      .execute();
    return rows.map(toVersion);
  }

  async versions(gatewayId: string): Promise<ProfileVersion[]> {
    const rows = await this.#database.db
      .selectFrom('gateway_profiles')
      .selectAll()
      .where('gateway_id', '=', gatewayId)
      .orderBy('version', 'desc')
      .limit(KEPT_PROFILE_VERSIONS)
      .execute();
    return rows.map(toVersion);
  }

  append(change: Omit<ProfileVersion, 'version'>, expected: number | null): Promise<ProfileVersion> {
    const { db, engine } = this.#database;
    const { gatewayId } = change;
    return db.transaction().execute(async (transaction) => {
      await engine.lock(transaction, 'profiles');
      const known = await transaction
        .selectFrom('gateways')
        .select('id')
        .where('id', '=', gatewayId)
        .executeTakeFirst();
      if (!known) throw new AppError('not_found', `No gateway with id ${gatewayId} exists`);
      const newest = await transaction
        .selectFrom('gateway_profiles')
        .select(({ fn }) => fn.max('version').as('version'))
        .where('gateway_id', '=', gatewayId)
        .executeTakeFirst();
      const before = newest?.version ?? 0;
      if (expected !== null && expected !== before) {
        throw new AppError('conflict', `The profile has changed: its newest version is ${before}, not ${expected}`);
      }
      const version = before + 1;
      const row = {
        ...{ gateway_id: gatewayId, version, restores: change.restores },
        definition: change.draft === null ? null : JSON.stringify(change.draft),
        ...{ updated_at: change.updatedAtMs, updated_by: change.updatedBy },
      };
      await transaction.insertInto('gateway_profiles').values(row).execute();
      await transaction
        .deleteFrom('gateway_profiles')
        .where('gateway_id', '=', gatewayId)
        .where('version', '<=', version - KEPT_PROFILE_VERSIONS)
        .execute();
      return { ...change, version };
    });
  }
}

const toVersion = (row: Selectable<Schema['gateway_profiles']>): ProfileVersion => ({
  gatewayId: row.gateway_id,
  version: row.version,
  draft: row.definition === null ? null : (JSON.parse(row.definition) as ProfileDraft),
  restores: row.restores,
  updatedAtMs: row.updated_at,
  updatedBy: row.updated_by,
});
