// Tells numbers, true and false, and texts apart: each column has one kind, by what most of its cells are.

import { MAX_STATE_LENGTH } from '@gonsters/contract';
import { NumberStyle } from './cell-numbers.ts';
import type { MetricColumn } from './columns.ts';

/** `empty`: no cell has a value. `free text`: comments and the like, which are no states of a machine. */
export type ColumnKind = 'number' | 'boolean' | 'text' | 'free text' | 'empty';

/** A column with more different texts is free text. */
export const MAX_TEXTS = 32;
const BOOLEAN = /^(true|false)$/i;

/** Reads the cells of one column once to find their kind. */
export class ColumnKindFinder {
  readonly column: MetricColumn;
  readonly style: NumberStyle;
  readonly #texts = new Set<string>();
  #cells = 0;
  #numbers = 0;
  #booleans = 0;

  constructor(column: MetricColumn, delimiter: string) {
    this.column = column;
    this.style = new NumberStyle(delimiter);
  }

  note(text: string): void {
    if (text === '') return;
    this.#cells++;
    if (this.style.note(text)) this.#numbers++;
    else if (BOOLEAN.test(text)) this.#booleans++;
    if (this.#texts.size <= MAX_TEXTS && text.length <= MAX_STATE_LENGTH) this.#texts.add(text);
  }

  get kind(): ColumnKind {
    if (this.#cells === 0) return 'empty';
    if (this.column.isNumeric || 2 * this.#numbers >= this.#cells) return 'number';
    if (2 * this.#booleans >= this.#cells) return 'boolean';
    return this.#texts.size > MAX_TEXTS ? 'free text' : 'text';
  }

  /** Number of different texts, at most one more than `MAX_TEXTS`. */
  get texts(): number {
    return this.#texts.size;
  }
}

/** The value of a cell that is not empty; undefined if it is not of the kind of its column. */
export function cellValue(text: string, kind: ColumnKind, style: NumberStyle): number | boolean | string | undefined {
  if (kind === 'boolean') return BOOLEAN.test(text) ? text.toLowerCase() === 'true' : undefined;
  if (kind === 'text') return text.length <= MAX_STATE_LENGTH ? text : undefined;
  const number = style.read(text);
  return Number.isNaN(number) ? undefined : number;
}
