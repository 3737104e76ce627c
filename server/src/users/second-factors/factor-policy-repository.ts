// The roles that require a second factor, in SQL.

import type { Role } from '@gonsters/contract';
import type { Database } from '../../database/database.ts';

export class FactorPolicyRepository {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  async requiredRoles(): Promise<Role[]> {
    const rows = await this.#database.db.selectFrom('second_factor_roles').select('role').execute();
    return rows.map((row) => row.role);
  }

  async setRequiredRoles(roles: readonly Role[]): Promise<void> {
    await this.#database.db.transaction().execute(async (transaction) => {
      await transaction.deleteFrom('second_factor_roles').execute();
      if (roles.length === 0) return;
      await transaction
        .insertInto('second_factor_roles')
        .values(roles.map((role) => ({ role })))
        .execute();
    });
  }
}
