// How a service that keeps rows in memory reads them again after another node changed some.

/**
 * Reads, and applies what was read. What was read while this node made a change may be older than that change: it is read again.
 * Nothing can happen between the check and `apply`, which is synchronous.
 *
 * @param changes the number of changes that this node has made
 * @returns what `apply` returns. Rejects as `read`.
 */
export async function readAgain<Rows, Result>(
  changes: () => number,
  read: () => Promise<Rows>,
  apply: (rows: Rows) => Result,
): Promise<Result> {
  for (;;) {
    const before = changes();
    const rows = await read();
    if (changes() === before) return apply(rows);
  }
}
