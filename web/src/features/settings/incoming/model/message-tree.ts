// A payload as the lines of a tree: what it contains, each with where it stands.

import type { Place } from './message-path.ts';

export type Scalar = string | number | boolean | null;

interface Line {
  /** Unique in the tree. */
  key: string;
  place: Place;
  /** null for the payload itself. */
  name: string | number | null;
  depth: number;
  /** Place among its siblings, from 1, and how many they are. */
  position: number;
  siblings: number;
}
export type TreeLine = Line &
  (
    | { kind: 'value'; value: Scalar; shown: string }
    /** An object or an array, with how many it contains. */
    | { kind: 'open'; bracket: '{' | '['; count: number; isShut: boolean }
    | { kind: 'close'; bracket: '}' | ']' }
    /** Elements that are not listed. */
    | { kind: 'more'; count: number }
  );

/** A list of readings repeats itself: of a longer one the first elements are listed. */
const MAX_ELEMENTS = 20;
/** What is in a payload beyond this is counted. */
const MAX_LINES = 400;
/** In front of a word that devices write where JSON has no number; such a value is no text. */
const BARE = '\ue000';

/** undefined for what is no JSON. NaN and infinities, which JSON does not have, become marked texts. */
export function parsePayload(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    try {
      return JSON.parse(
        text.replace(/"(?:[^"\\]|\\.)*"|[-+]?\b(?:NaN|nan|Infinity|inf)\b/g, (token) =>
          token.startsWith('"') ? token : JSON.stringify(BARE + token),
        ),
      );
    } catch {
      return undefined;
    }
  }
}

/** As it arrived: texts in quotes. */
export function shownScalar(value: Scalar): string {
  return typeof value === 'string' && value.startsWith(BARE) ? value.slice(1) : JSON.stringify(value);
}

/** `shut` has the keys of objects and arrays whose content is hidden. */
export function treeLines(payload: unknown, shut: ReadonlySet<string> = new Set()): TreeLine[] {
  const lines: TreeLine[] = [];
  add(payload, { key: '$', place: [], name: null, depth: 0, position: 1, siblings: 1 });
  return lines;

  function add(value: unknown, line: Line): void {
    if (typeof value !== 'object' || value === null) {
      const scalar = value as Scalar;
      lines.push({ ...line, kind: 'value', value: scalar, shown: shownScalar(scalar) });
      return;
    }
    const isArray = Array.isArray(value);
    const children: [string | number, unknown][] = isArray
      ? value.map((child, index) => [index, child])
      : Object.entries(value);
    const isShut = shut.has(line.key);
    lines.push({ ...line, kind: 'open', bracket: isArray ? '[' : '{', count: children.length, isShut });
    if (isShut) return;
    const most = isArray ? MAX_ELEMENTS : children.length;
    let listed = 0;
    for (const [name, child] of children.slice(0, most)) {
      if (lines.length >= MAX_LINES) break;
      listed++;
      add(child, {
        ...{ key: `${line.key}/${encodeURIComponent(String(name))}`, place: [...line.place, name], name },
        ...{ depth: line.depth + 1, position: listed, siblings: children.length },
      });
    }
    const left = children.length - listed;
    if (left > 0) lines.push({ ...line, key: `${line.key} more`, depth: line.depth + 1, kind: 'more', count: left });
    lines.push({ ...line, key: `${line.key} close`, kind: 'close', bracket: isArray ? ']' : '}' });
  }
}
