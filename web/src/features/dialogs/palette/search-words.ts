// Matches typed text with commands, in the same way as the server searches machines.

const plain = (text: string): string => text.toLowerCase().replace(/[ _-]/g, ' ');

/** Every word of `typed` begins somewhere in the label. */
export function fits(label: string, typed: string): boolean {
  const text = ` ${plain(label)}`;
  return plain(typed)
    .split(' ')
    .every((word) => word === '' || text.includes(` ${word}`));
}

/** Where `typed` is in `text`, from and to; null where it is not. */
export function findPart(text: string, typed: string): readonly [from: number, to: number] | null {
  const part = plain(typed.trim());
  const from = part === '' ? -1 : plain(text).indexOf(part);
  return from < 0 ? null : [from, from + part.length];
}
