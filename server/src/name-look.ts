// Whether two names look the same, although they have different letters (UTS 39, confusable detection).

import { CONFUSABLES } from './confusables.ts';

const IGNORED = /\p{Default_Ignorable_Code_Point}/gu;
let prototypes: ReadonlyMap<string, string> | null = null;

function readPrototypes(): ReadonlyMap<string, string> {
  const read = new Map<string, string>();
  const character = (code: string) => String.fromCodePoint(Number.parseInt(code, 36));
  let prototype = '';
  for (const word of CONFUSABLES.trim().split(/\s+/)) {
    if (word.endsWith(':')) prototype = word.slice(0, -1).split('+').map(character).join('');
    else read.set(character(word), prototype);
  }
  return read;
}

/** The skeleton of UTS 39, section 4. White space is one space, as a browser shows it. */
export function skeleton(text: string, fold: (character: string) => string = (character) => character): string {
  prototypes ??= readPrototypes();
  const map = prototypes;
  let mapped = '';
  for (const character of text.normalize('NFD').replace(IGNORED, '')) {
    const folded = fold(character);
    mapped += map.get(folded) ?? folded;
  }
  return mapped.normalize('NFD').replace(/\s+/g, ' ').trim();
}

/** The digit 1 looks like I and l, but not like i and L: these two letters are compared as they are written. */
const foldCase = (character: string) => {
  const prototype = prototypes?.get(character) ?? character;
  return prototype === 'l' || prototype === 'L' ? prototype : character.toLowerCase();
};

/**
 * Two names look the same if they have one of these keys in common. The first is of the name as it is written, the second is without
 * regard to case.
 */
export function lookKeys(name: string): [string, string] {
  const asWritten = skeleton(name);
  return [`=${asWritten}`, `~${lowered(skeleton(name, foldCase))}`];
}

const lowered = (text: string) => text.replace(/[^L]+/g, (part) => part.toLowerCase());

export function looksLike(a: string, b: string): boolean {
  const keys = lookKeys(a);
  return lookKeys(b).some((key, i) => key === keys[i]);
}

/** The names that look like another one of the list, in groups of at least two. */
export function lookAlikes(names: readonly string[]): string[][] {
  const groups = new Map<string, string[]>();
  for (const name of names) {
    for (const key of lookKeys(name)) groups.set(key, [...(groups.get(key) ?? []), name]);
  }
  const found = new Map<string, string[]>();
  for (const group of groups.values()) if (group.length > 1) found.set(JSON.stringify(group), group);
  return [...found.values()];
}
