// The keys by which a machine is found: its id, its aliases and its name. A key belongs to one machine.

import { AppError, type ErrorCode } from '../errors.ts';
import { nameKey } from '../name-key.ts';

/** What a request wants to be the key of a machine. */
export interface KeyClaim {
  /** The path in the request, without the row: `name`, `machine_id`, `aliases[1]`. */
  readonly field: string;
  readonly kind: 'id' | 'alias' | 'name';
  readonly text: string;
  readonly key: string;
}

/** What a new machine, or a change of one, says about its keys. */
export interface Claimant {
  readonly machine_id?: string | undefined;
  readonly name?: string | undefined;
  readonly aliases?: readonly string[] | undefined;
}

export function claimsOf({ machine_id: id, name, aliases = [] }: Claimant): KeyClaim[] {
  return [
    ...(id === undefined ? [] : [claim('id', 'machine_id', id)]),
    ...(name === undefined ? [] : [claim('name', 'name', name)]),
    ...aliases.map((alias, i) => claim('alias', `aliases[${i}]`, alias)),
  ];
}

const claim = (kind: KeyClaim['kind'], field: string, text: string): KeyClaim => ({
  field,
  kind,
  text,
  key: nameKey(text),
});

const TAKEN = {
  id: ['conflict', 'A machine with this id already exists'],
  alias: ['alias_taken', 'Another machine already has this alias'],
  name: ['name_taken', 'A machine with this name already exists'],
} as const satisfies Record<KeyClaim['kind'], [ErrorCode, string]>;

/** The error for a claim of this kind that another machine has already. */
export function keyTaken(kind: KeyClaim['kind'], options: ConstructorParameters<typeof AppError>[2] = {}): AppError {
  const [code, message] = TAKEN[kind];
  return new AppError(code, message, options);
}

/** Why a key cannot be claimed: another machine has it as its id, as an alias or as its name. */
export function takenText(claimed: KeyClaim['kind'], had: KeyClaim['kind']): string {
  return claimed === had ? TAKEN[had][1] : `Another machine already has this as ${AS[had]}`;
}
const AS = { id: 'its id', alias: 'an alias', name: 'its name' } as const;
