// The subset of JSONPath (RFC 9535) with which a gateway's profile names values: parsed here, executed by the server.

/** `==` and `!=` compare with a literal; `exists` asks whether the path selects something. */
export interface PathFilter {
  readonly kind: 'filter';
  /** Names and indices below the node that is tested. */
  readonly path: readonly (string | number)[];
  readonly test: 'exists' | 'is' | 'is_not';
  readonly literal: string | number | boolean | null;
}

/** A name, an index (negative from the end), every child, a part of a list, or the children that a filter admits. */
export type PathSegment =
  | string
  | number
  | { readonly kind: 'all' }
  | { readonly kind: 'slice'; readonly start: number | null; readonly end: number | null }
  | PathFilter;

export interface JsonPath {
  /** `$` is the payload, `@` the record. */
  readonly root: '$' | '@';
  readonly segments: readonly PathSegment[];
  /** `@~`, which RFC 9535 does not have: the name of the record in the object that holds it. */
  readonly isKey: boolean;
}

export const MAX_PATH_CHARACTERS = 300;
export const MAX_PATH_SEGMENTS = 16;
/** Segments that may select many nodes. */
const MAX_MANY = 3;

const NAME = /[A-Za-z_\u0080-\u{10ffff}][A-Za-z0-9_\u0080-\u{10ffff}]*/uy;
const INTEGER = /0|-?[1-9]\d{0,5}/y;
const SLICE = /(-?\d{1,6})?\s*:\s*(-?\d{1,6})?/y;
const NUMBER = /-?\d{1,15}(\.\d{1,15})?([eE][+-]?\d{1,3})?/y;
const PLAIN_NAME = /^[A-Za-z_\u0080-\u{10ffff}][A-Za-z0-9_\u0080-\u{10ffff}]*$/u;

/** @returns the path, or what is wrong with the text: a predicate such as "must begin with $ or @" */
export function parseJsonPath(text: string): JsonPath | string {
  if (text.length > MAX_PATH_CHARACTERS) return `must have at most ${MAX_PATH_CHARACTERS} characters`;
  const root = text[0];
  if (root !== '$' && root !== '@') return 'must begin with $ or @';
  if (text === '@~') return { root, segments: [], isKey: true };
  const scanner = new PathScanner(text, 1);
  const segments: PathSegment[] = [];
  while (!scanner.isAtEnd) {
    const segment = scanner.segment();
    if (segment === null) return `is not a path that is understood, at character ${scanner.at + 1}`;
    segments.push(segment);
    if (segments.length > MAX_PATH_SEGMENTS) return `must have at most ${MAX_PATH_SEGMENTS} segments`;
  }
  if (segments.filter(selectsMany).length > MAX_MANY)
    return `must have at most ${MAX_MANY} segments that select many nodes`;
  return { root, segments, isKey: false };
}

export function selectsMany(segment: PathSegment): boolean {
  return typeof segment === 'object';
}

/** The path of a child, as `parseJsonPath` reads it. */
export function childPath(parent: string, key: string | number): string {
  if (typeof key === 'number') return `${parent}[${key}]`;
  if (PLAIN_NAME.test(key)) return `${parent}.${key}`;
  return `${parent}['${key.replace(/['\\]/g, '\\$&')}']`;
}

/** Each method reads at `at` and moves it; null where the text is not understood. */
class PathScanner {
  at: number;
  readonly #text: string;

  constructor(text: string, at: number) {
    this.#text = text;
    this.at = at;
  }

  get isAtEnd(): boolean {
    return this.at >= this.#text.length;
  }

  segment(): PathSegment | null {
    if (this.#skip('.')) return this.#skip('*') ? { kind: 'all' } : this.#match(NAME);
    if (!this.#skip('[')) return null;
    this.#spaces();
    const segment = this.#selector();
    this.#spaces();
    return segment !== null && this.#skip(']') ? segment : null;
  }

  #selector(): PathSegment | null {
    if (this.#skip('*')) return { kind: 'all' };
    if (this.#skip('?')) return this.#filter();
    const quoted = this.#quoted();
    if (quoted !== null) return quoted;
    const slice = this.#groups(SLICE);
    if (slice !== null) return { kind: 'slice', start: integerOr(slice[1]), end: integerOr(slice[2]) };
    const index = this.#match(INTEGER);
    return index === null ? null : Number(index);
  }

  /** `@.name`, `@.name == 'x'` and `@.name != 1`. */
  #filter(): PathFilter | null {
    this.#spaces();
    if (!this.#skip('@')) return null;
    const path: (string | number)[] = [];
    while (this.#text[this.at] === '.' || this.#text[this.at] === '[') {
      const segment = this.segment();
      if (typeof segment !== 'string' && typeof segment !== 'number') return null;
      path.push(segment);
    }
    this.#spaces();
    const test = this.#skip('==') ? 'is' : this.#skip('!=') ? 'is_not' : 'exists';
    if (test === 'exists') return path.length === 0 ? null : { kind: 'filter', path, test, literal: null };
    this.#spaces();
    const literal = this.#literal();
    return literal === undefined ? null : { kind: 'filter', path, test, literal };
  }

  #literal(): string | number | boolean | null | undefined {
    const quoted = this.#quoted();
    if (quoted !== null) return quoted;
    if (this.#skip('true')) return true;
    if (this.#skip('false')) return false;
    if (this.#skip('null')) return null;
    const number = this.#match(NUMBER);
    return number === null ? undefined : Number(number);
  }

  #quoted(): string | null {
    const quote = this.#text[this.at];
    if (quote !== "'" && quote !== '"') return null;
    let value = '';
    for (let at = this.at + 1; at < this.#text.length; at++) {
      const character = this.#text[at] as string;
      if (character === quote) {
        this.at = at + 1;
        return value;
      }
      if (character === '\\') at++;
      value += this.#text[at] ?? '';
    }
    return null;
  }

  #skip(word: string): boolean {
    if (!this.#text.startsWith(word, this.at)) return false;
    this.at += word.length;
    return true;
  }

  #spaces(): void {
    while (this.#text[this.at] === ' ') this.at++;
  }

  #match(pattern: RegExp): string | null {
    return this.#groups(pattern)?.[0] ?? null;
  }

  #groups(pattern: RegExp): RegExpExecArray | null {
    pattern.lastIndex = this.at;
    const found = pattern.exec(this.#text);
    if (found !== null) this.at += found[0].length;
    return found;
  }
}

const integerOr = (digits: string | undefined) => (digits === undefined ? null : Number(digits));
