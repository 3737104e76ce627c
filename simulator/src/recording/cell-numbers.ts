// Numbers in cells: with a decimal point or a decimal comma, and with groups of thousands.

const PLAIN = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;
const DECIMAL_COMMA = /^[+-]?(\d+|\d{1,3}(\.\d{3})+|(?=,\d)),\d*(e[+-]?\d+)?$/i;
const COMMA_GROUPS = /^[+-]?\d{1,3}(,\d{3})+(\.\d*)?(e[+-]?\d+)?$/i;
const POINT_GROUPS = /^[+-]?\d{1,3}(\.\d{3})+(,\d*)?$/;
/** Spaces between groups of digits, also those that do not break. */
const SPACES = /(?<=\d)[ \u00a0\u202f](?=\d{3})/g;

/**
 * How the numbers of one column are written. `1,234` alone may be either number; other cells of the column prove what a
 * comma and a point are. Where nothing does, a point is a decimal point, and a comma is a decimal comma in files that do
 * not separate columns with commas.
 */
export class NumberStyle {
  readonly #delimiter: string;
  #hasDecimalComma = false;
  #hasCommaGroups = false;
  #hasDecimalPoint = false;
  #hasPointGroups = false;

  constructor(delimiter: string) {
    this.#delimiter = delimiter;
  }

  /** Learns from a cell. @returns whether it is a number in any style */
  note(text: string): boolean {
    const compact = text.replace(SPACES, '');
    if (COMMA_GROUPS.test(compact)) {
      if (/,.*[,.]/.test(compact)) this.#hasCommaGroups = true;
      return true;
    }
    if (POINT_GROUPS.test(compact)) {
      if (/\..*[,.]/.test(compact)) this.#hasPointGroups = true;
      return true;
    }
    if (PLAIN.test(compact)) {
      if (compact.includes('.')) this.#hasDecimalPoint = true;
      return true;
    }
    if (!DECIMAL_COMMA.test(compact)) return false;
    this.#hasDecimalComma = true;
    return true;
  }

  /** NaN if the cell is not a finite number. */
  read(text: string): number {
    const compact = text.replace(SPACES, '');
    if (this.#pointsAreGroups && POINT_GROUPS.test(compact)) {
      return finite(compact.replaceAll('.', '').replace(',', '.'));
    }
    if (PLAIN.test(compact)) return finite(compact);
    if (this.#commaIsDecimal)
      return DECIMAL_COMMA.test(compact) ? finite(compact.replaceAll('.', '').replace(',', '.')) : Number.NaN;
    return COMMA_GROUPS.test(compact) ? finite(compact.replaceAll(',', '')) : Number.NaN;
  }

  get #commaIsDecimal(): boolean {
    if (this.#hasDecimalComma || this.#hasPointGroups) return true;
    return this.#delimiter !== ',' && !this.#hasCommaGroups && !this.#hasDecimalPoint;
  }

  get #pointsAreGroups(): boolean {
    return this.#hasPointGroups || (this.#hasDecimalComma && !this.#hasDecimalPoint);
  }
}

function finite(text: string): number {
  const value = Number(text);
  return Number.isFinite(value) ? value : Number.NaN;
}
