// How names are compared and ordered: the same in memory and in every SQL engine, whatever its collation.

/** Equal for names that differ only in case or in how their accents are encoded. */
export function nameKey(name: string): string {
  return name.normalize('NFC').toLowerCase();
}

/** For what is searched in and for: "cnc 01" and "CNC_01" are found in "CNC-014". */
export function searchKey(text: string): string {
  return nameKey(text).replace(/[ _-]+/g, ' ');
}

const PADDED_DIGITS = 12;

/** Compared with `<`, puts names in the order people expect: "Press 2" before "Press 10", "Öl" with the O's. */
export function naturalKey(name: string): string {
  return nameKey(name)
    .normalize('NFD')
    .replace(/\p{M}/gu, '')
    .replace(/\d+/g, (digits) => digits.replace(/^0+(?=\d)/, '').padStart(PADDED_DIGITS, '0'));
}
