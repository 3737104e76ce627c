// Identities, rules, refusals and sign-ins in progress in SQL.

import { randomUUID } from 'node:crypto';
import { isoTime, type OidcRefusal, type OidcRule } from '@gonsters/contract';
import type { Database } from '../../database/database.ts';
import { AppError } from '../../errors.ts';
import { hashOfToken } from '../../token-hash.ts';
import { hasOtherManager } from '../other-manager.ts';
import { NO_PASSWORD } from '../user-repository.ts';
import type { OidcPerson } from './person.ts';

/** As many people are kept who were refused. */
const REFUSALS_KEPT = 20;
/** Groups that are kept of each. */
const GROUPS_SHOWN = 50;

export class OidcRepository {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  /** The id of the account of a person; null if the person has none. */
  async userOf({ issuer, subject }: Pick<OidcPerson, 'issuer' | 'subject'>): Promise<string | null> {
    const row = await this.#database.db
      .selectFrom('oidc_identities')
      .select('user_id')
      .where('issuer', '=', issuer)
      .where('subject', '=', subject)
      .executeTakeFirst();
    return row?.user_id ?? null;
  }

  /** Rejects with `conflict` if the person, or the account, is linked to another. */
  async link(userId: string, { issuer, subject }: Pick<OidcPerson, 'issuer' | 'subject'>, nowMs: number) {
    const row = { user_id: userId, issuer, subject, created_at: nowMs };
    const { numInsertedOrUpdatedRows } = await this.#database.db
      .insertInto('oidc_identities')
      .values(row)
      .onConflict((conflict) => conflict.doNothing())
      .executeTakeFirst();
    if (numInsertedOrUpdatedRows === 1n) return;
    throw new AppError('conflict', 'The account belongs to another person of the provider');
  }

  /**
   * Gives an account with a password to the person who was refused, who signs in with OpenID Connect from then on: the password is
   * removed. Rejects with `not_found`, `conflict` or `last_manager`.
   */
  async linkRefused(refusalId: string, nowMs: number): Promise<string> {
    return this.#database.db.transaction().execute(async (transaction) => {
      const refusal = await transaction
        .selectFrom('oidc_refusals')
        .innerJoin('users', 'users.id', 'oidc_refusals.user_id')
        .select(['oidc_refusals.issuer', 'oidc_refusals.subject', 'users.id', 'users.role', 'users.is_active'])
        .where('oidc_refusals.id', '=', refusalId)
        .executeTakeFirst();
      if (!refusal) throw new AppError('not_found', `No refused person with id ${refusalId} can be linked`);
      const { issuer, subject, id } = refusal;
      const hasOther = await hasOtherManager(this.#database, transaction, id);
      if (!hasOther && refusal.role === 'Management' && refusal.is_active === 1) {
        throw new AppError('last_manager', 'The last Management account with a password must keep it');
      }
      const linked = await transaction
        .selectFrom('oidc_identities')
        .select('issuer')
        .where('user_id', '=', id)
        .executeTakeFirst();
      if (linked?.issuer === issuer) {
        throw new AppError('conflict', 'The account belongs to another person of the provider');
      }
      // An identity of a former issuer is replaced.
      await transaction.deleteFrom('oidc_identities').where('user_id', '=', id).execute();
      await transaction
        .insertInto('oidc_identities')
        .values({ user_id: id, issuer, subject, created_at: nowMs })
        .execute();
      await transaction
        .updateTable('users')
        .set({ password_hash: NO_PASSWORD, is_break_glass: 0, is_admitted: 1 })
        .where('id', '=', id)
        .execute();
      await transaction.deleteFrom('password_links').where('user_id', '=', id).execute();
      await transaction.deleteFrom('oidc_refusals').where('id', '=', refusalId).execute();
      return id;
    });
  }

  async rules(): Promise<OidcRule[]> {
    const rows = await this.#database.db.selectFrom('oidc_rules').selectAll().orderBy('position').execute();
    return rows.map(({ group_name, role, factory_id }) => ({ group: group_name, role, factory_id }));
  }

  async replaceRules(rules: readonly OidcRule[]): Promise<void> {
    await this.#database.db.transaction().execute(async (transaction) => {
      await transaction.deleteFrom('oidc_rules').execute();
      if (rules.length === 0) return;
      const rows = rules.map(({ group, role, factory_id }, position) => ({
        ...{ position, group_name: group, role, factory_id },
      }));
      await transaction.insertInto('oidc_rules').values(rows).execute();
    });
  }

  /** Newest first. */
  async refusals(): Promise<OidcRefusal[]> {
    const rows = await this.#database.db
      .selectFrom('oidc_refusals')
      .selectAll()
      .orderBy('refused_at', 'desc')
      .execute();
    return rows.map((row) => ({
      ...{ id: row.id, at: isoTime(row.refused_at), name: row.username, reason: row.reason, user_id: row.user_id },
      groups: JSON.parse(row.groups) as string[],
    }));
  }

  /** Replaces the former refusal of the person. */
  async recordRefusal(
    person: OidcPerson,
    { reason, userId, nowMs }: { reason: OidcRefusal['reason']; userId: string | null; nowMs: number },
  ): Promise<void> {
    const { issuer, subject, username, groups } = person;
    await this.#database.db.transaction().execute(async (transaction) => {
      await transaction
        .deleteFrom('oidc_refusals')
        .where('issuer', '=', issuer)
        .where('subject', '=', subject)
        .execute();
      await transaction
        .insertInto('oidc_refusals')
        .values({
          ...{ id: randomUUID(), issuer, subject, username, reason, user_id: userId, refused_at: nowMs },
          groups: JSON.stringify(groups.slice(0, GROUPS_SHOWN)),
        })
        .execute();
      const kept = transaction.selectFrom('oidc_refusals').select('id').orderBy('refused_at', 'desc');
      await transaction
        .deleteFrom('oidc_refusals')
        .where('id', 'not in', kept.orderBy('id').limit(REFUSALS_KEPT))
        .execute();
    });
  }

  async forgetRefusal({ issuer, subject }: OidcPerson): Promise<void> {
    await this.#database.db
      .deleteFrom('oidc_refusals')
      .where('issuer', '=', issuer)
      .where('subject', '=', subject)
      .execute();
  }

  /** Of several requests with the same state, on whichever nodes, one gets true. */
  async takeReturn(state: string, nowMs: number, expiresAtMs: number): Promise<boolean> {
    const { db } = this.#database;
    await db.deleteFrom('oidc_returns').where('expires_at', '<', nowMs).execute();
    const taken = await db
      .insertInto('oidc_returns')
      .values({
        ...{ state_hash: hashOfToken(state), code_hash: null, user_id: null, code_expires_at: null },
        expires_at: expiresAtMs,
      })
      .onConflict((conflict) => conflict.doNothing())
      .executeTakeFirst();
    return taken.numInsertedOrUpdatedRows === 1n;
  }

  async storeCode(state: string, code: string, userId: string, expiresAtMs: number): Promise<void> {
    await this.#database.db
      .updateTable('oidc_returns')
      .set({ code_hash: hashOfToken(code), user_id: userId, code_expires_at: expiresAtMs })
      .where('state_hash', '=', hashOfToken(state))
      .execute();
  }

  /** @returns the id of the user; null if the code was used, is too old, or belongs to another browser */
  async useCode(state: string, code: string, nowMs: number): Promise<string | null> {
    const used = await this.#database.db
      .updateTable('oidc_returns')
      .set({ code_hash: null })
      .where('state_hash', '=', hashOfToken(state))
      .where('code_hash', '=', hashOfToken(code))
      .where('code_expires_at', '>', nowMs)
      .returning('user_id')
      .executeTakeFirst();
    return used?.user_id ?? null;
  }
}
