// How many rows of a CSV file have come so far.

const NEWLINE = 10;

/** Ends of lines in a piece of a file; no cell of ours holds one. */
export function countNewlines(chunk: Uint8Array): number {
  let count = 0;
  for (let at = chunk.indexOf(NEWLINE); at >= 0; at = chunk.indexOf(NEWLINE, at + 1)) count++;
  return count;
}

/** Without the header. */
export const rowsOf = (newlines: number): number => Math.max(0, newlines - 1);
