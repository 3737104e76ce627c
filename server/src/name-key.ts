// How names are compared and ordered, in memory and in every SQL engine alike, whatever its collation.

/** Equal for names that differ only in case or in the encoding of accents. */
export function nameKey(name: string): string {
  return name.normalize('NFC').toLowerCase();
}

/** Of an id as a device sends it: a UUID, an alias or a name, whatever its case and the spaces around it. */
export function idKey(id: string): string {
  return nameKey(id.trim());
}

/** For searches: both "cnc 01" and "CNC_01" find "CNC-014". */
export function searchKey(text: string): string {
  return nameKey(text).replace(/[ _-]+/g, ' ');
}

const PADDED_DIGITS = 12;

/**
 * Comparing keys with `<` puts names in the order that people expect: "Press 2" before "Press 10", "Öl" next to names
 * with O.
 */
export function naturalKey(name: string): string {
  return nameKey(name)
    .normalize('NFD')
    .replace(/\p{M}/gu, '')
    .replace(/\d+/g, (digits) => digits.replace(/^0+(?=\d)/, '').padStart(PADDED_DIGITS, '0'));
}
