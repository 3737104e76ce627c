// Notes and sign-offs of shifts, in SQL. They are only added.

import { randomUUID } from 'node:crypto';
import type { Database } from '../database/database.ts';
import { AppError } from '../errors.ts';

export interface Author {
  readonly userId: string;
  readonly username: string;
  /** null: of the whole plant. */
  readonly factoryId: string | null;
}

export interface ShiftNote {
  readonly id: string;
  readonly atMs: number;
  readonly by: string;
  readonly text: string;
}

export interface SignOff {
  readonly atMs: number;
  readonly by: string;
  readonly role: 'outgoing' | 'incoming';
  readonly note: string | null;
}

const MOST_NOTES = 500;

/** Users of a factory see what is of this factory and what is of the whole plant. */
export class ShiftRecords {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  /** Of [fromMs, toMs), the oldest first; of very many, the newest. */
  async notes(fromMs: number, toMs: number, scope: string | null): Promise<ShiftNote[]> {
    const rows = await this.#database.db
      .selectFrom('shift_notes')
      .select(['id', 'at', 'writer', 'note'])
      .where('at', '>=', fromMs)
      .where('at', '<', toMs)
      .$if(scope !== null, (query) =>
        query.where(({ eb, or }) => or([eb('factory_id', 'is', null), eb('factory_id', '=', scope)])),
      )
      .orderBy('at', 'desc')
      .orderBy('id', 'desc')
      .limit(MOST_NOTES)
      .execute();
    return rows.reverse().map(({ id, at: atMs, writer: by, note: text }) => ({ id, atMs, by, text }));
  }

  async addNote({ userId, username, factoryId }: Author, text: string, nowMs: number): Promise<ShiftNote> {
    const id = randomUUID();
    await this.#database.db
      .insertInto('shift_notes')
      .values({ id, at: nowMs, written_by: userId, writer: username, factory_id: factoryId, note: text })
      .execute();
    return { id, atMs: nowMs, by: username, text };
  }

  /** Of the shift that began at that time, the oldest first. */
  async signOffs(shiftFromMs: number, scope: string | null): Promise<SignOff[]> {
    const rows = await this.#database.db
      .selectFrom('shift_sign_offs')
      .select(['at', 'signer', 'role', 'note'])
      .where('started_at', '=', shiftFromMs)
      .$if(scope !== null, (query) =>
        query.where(({ eb, or }) => or([eb('factory_id', 'is', null), eb('factory_id', '=', scope)])),
      )
      .orderBy('at')
      .orderBy('role', 'desc')
      .orderBy('signed_by')
      .execute();
    return rows.map(({ at: atMs, signer: by, role, note }) => ({ atMs, by, role, note }));
  }

  /** Rejects with `conflict` where the person has signed this shift off in that role already. */
  async signOff(
    { userId, username, factoryId }: Author,
    signed: { shiftFromMs: number; role: SignOff['role']; note: string | null },
    nowMs: number,
  ): Promise<SignOff> {
    const { shiftFromMs, role, note } = signed;
    const { numInsertedOrUpdatedRows } = await this.#database.db
      .insertInto('shift_sign_offs')
      .values({
        ...{ started_at: shiftFromMs, signed_by: userId, role, signer: username },
        ...{ factory_id: factoryId, note, at: nowMs },
      })
      .onConflict((conflict) => conflict.columns(['started_at', 'signed_by', 'role']).doNothing())
      .executeTakeFirstOrThrow();
    if ((numInsertedOrUpdatedRows ?? 0n) === 0n) {
      throw new AppError('conflict', `You have already signed this shift off as ${role}`);
    }
    return { atMs: nowMs, by: username, role, note };
  }
}
