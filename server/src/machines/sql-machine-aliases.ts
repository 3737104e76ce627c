// Aliases in SQL, and the check that no other machine has a key that is claimed.

import { type Connection, inChunks } from '../database/database.ts';
import { nameKey } from '../name-key.ts';
import { type Claimant, claimsOf, type KeyClaim, keyTaken } from './machine-keys.ts';

const ROWS_PER_INSERT = 200;
const KEYS_PER_QUERY = 500;
/** PostgreSQL compares ids only with what has this form. */
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** The aliases of these machines, or of all, in their order. A machine without aliases is absent. */
export async function aliasesOf(
  connection: Connection,
  ids: readonly string[] | 'all',
): Promise<Map<string, string[]>> {
  let query = connection.selectFrom('machine_aliases').select(['machine_id', 'alias']).orderBy('position');
  if (ids !== 'all') query = query.where('machine_id', 'in', ids);
  const aliases = new Map<string, string[]>();
  for (const { machine_id, alias } of await query.execute()) {
    const known = aliases.get(machine_id);
    if (known === undefined) aliases.set(machine_id, [alias]);
    else known.push(alias);
  }
  return aliases;
}

/** The machines have no aliases yet. */
export async function insertAliases(
  transaction: Connection,
  machines: readonly { id: string; aliases: readonly string[] }[],
): Promise<void> {
  const rows = machines.flatMap(({ id, aliases }) =>
    aliases.map((alias, position) => ({ alias_key: nameKey(alias), alias, machine_id: id, position })),
  );
  await inChunks(rows, ROWS_PER_INSERT, (chunk) => transaction.insertInto('machine_aliases').values(chunk).execute());
}

export async function replaceAliases(transaction: Connection, id: string, aliases: readonly string[]): Promise<void> {
  await transaction.deleteFrom('machine_aliases').where('machine_id', '=', id).execute();
  await insertAliases(transaction, [{ id, aliases }]);
}

/**
 * Rejects with `name_taken`, `alias_taken` or `conflict` if two of the machines claim the same key, or if a machine other than
 * `ownId` has it. The transaction holds the lock `machines`, so that no other node claims it meanwhile.
 */
export async function refuseTakenKeys(
  transaction: Connection,
  machines: readonly Claimant[],
  ownId: string | null,
): Promise<void> {
  const claimed = new Map<string, { kind: KeyClaim['kind']; row: number }>();
  for (const [row, machine] of machines.entries()) {
    for (const { key, kind } of claimsOf(machine)) {
      if ((claimed.get(key)?.row ?? row) !== row) throw keyTaken(kind);
      claimed.set(key, { kind, row });
    }
  }
  for (const [key, id] of await ownersOfKeys(transaction, [...claimed.keys()])) {
    if (id !== ownId) throw keyTaken(claimed.get(key)?.kind ?? 'id');
  }
}

/** The machines that have these keys as their id, as an alias or as their name. A key that no machine has is absent. */
export async function ownersOfKeys(connection: Connection, wanted: readonly string[]): Promise<Map<string, string>> {
  const owners = new Map<string, string>();
  const note = (rows: readonly { key: string; id: string }[]) => {
    for (const { key, id } of rows) owners.set(key, id);
  };
  await inChunks(wanted, KEYS_PER_QUERY, async (keys) => {
    const stored = connection.selectFrom('machine_metadata');
    note(await stored.select(['name_key as key', 'id']).where('name_key', 'in', keys).execute());
    const aliases = connection.selectFrom('machine_aliases').select(['alias_key as key', 'machine_id as id']);
    note(await aliases.where('alias_key', 'in', keys).execute());
    const ids = keys.filter((key) => UUID.test(key));
    if (ids.length > 0) note(await stored.select(['id as key', 'id']).where('id', 'in', ids).execute());
  });
  return owners;
}
