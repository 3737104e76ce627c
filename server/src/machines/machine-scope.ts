// Which machines a user may see and change: those of the user's factory, and those of every factory.

/** The factory of a user. null: every machine. */
export type MachineScope = string | null;

/** A machine without a factory belongs to every one. */
export const isInScope = (scope: MachineScope, { factoryId }: { readonly factoryId: string | null }): boolean =>
  scope === null || factoryId === null || factoryId === scope;

export function inScope<Entry extends { readonly record: { readonly factoryId: string | null } }>(
  entries: Iterable<Entry>,
  scope: MachineScope,
): Iterable<Entry> {
  return scope === null ? entries : only(entries, scope);
}

function* only<Entry extends { readonly record: { readonly factoryId: string | null } }>(
  entries: Iterable<Entry>,
  scope: MachineScope,
): Iterable<Entry> {
  for (const entry of entries) if (isInScope(scope, entry.record)) yield entry;
}
