// Units of measurement, keyed by their code in UCUM (https://ucum.org, version 2.1). `cefact` is the code of UN/CEFACT
// Recommendation 20; OPC UA (Part 8, 5.6.3) derives its unit id from that code.

import { UNIT_TABLE, type UnitRow } from './unit-table.ts';

/** What a unit measures. Values can be converted between units of the same quantity only. */
export type Quantity = keyof typeof UNIT_TABLE;

export interface Unit {
  /** UCUM, case-sensitive; unique. */
  readonly code: string;
  /** As it is shown: "°C". */
  readonly symbol: string;
  readonly cefact: string;
  readonly quantity: Quantity;
  /** value in the first unit of the quantity = (value − zero) × numerator / denominator */
  readonly zero: number;
  readonly numerator: number;
  readonly denominator: number;
  /** Other spellings that devices use. */
  readonly aliases: readonly string[];
}

export const UNITS: readonly Unit[] = Object.entries(UNIT_TABLE).flatMap(([quantity, rows]) =>
  rows.map(([code, symbol, cefact, factor, aliases = '']: UnitRow) => {
    const [numerator, denominator, zero = 0] = typeof factor === 'number' ? [factor, 1] : factor;
    return {
      ...{ code, symbol, cefact, quantity: quantity as Quantity, zero, numerator, denominator },
      aliases: aliases === '' ? [] : aliases.split('|'),
    };
  }),
);

const BY_CODE = new Map(UNITS.map((unit) => [unit.code, unit]));

/** @param code UCUM, case-sensitive */
export function unitOf(code: string): Unit | null {
  return BY_CODE.get(code) ?? null;
}

const SPELLINGS = new Map<string, Unit[]>();
for (const unit of UNITS) {
  for (const spelling of new Set([unit.symbol, unit.code, unit.cefact, ...unit.aliases].flatMap(keysOf))) {
    SPELLINGS.set(spelling, [...(SPELLINGS.get(spelling) ?? []), unit]);
  }
}

/**
 * The unit that a device means by what it sent: a symbol, a UCUM code, a code of Recommendation 20 or a usual spelling.
 * "C" is a temperature where a temperature is expected, and a charge where a charge is. Case counts where it tells two
 * units of the quantity apart (mW and MW), and not otherwise.
 * @param quantity of the metric; null where it is not known: then only a spelling of a single quantity is understood
 * @returns null where it is not understood
 */
export function understandUnit(text: string, quantity: Quantity | null): Unit | null {
  const spelling = text.trim();
  for (const key of keysOf(spelling)) {
    const found = (SPELLINGS.get(key) ?? []).filter((unit) => quantity === null || unit.quantity === quantity);
    if (found.length === 1) return found[0] as Unit;
  }
  return null;
}

/** As written, then without regard to case. */
function keysOf(spelling: string): [exact: string, folded: string] {
  return [spelling, `\u0000${spelling.toLowerCase()}`];
}

/** @returns the value in the other unit, or null where the units are not of the same quantity */
export function convertValue(value: number, from: Unit, to: Unit): number | null {
  if (from === to) return value;
  if (from.quantity !== to.quantity) return null;
  const inFirst = ((value - from.zero) * from.numerator) / from.denominator;
  return (inFirst * to.denominator) / to.numerator + to.zero;
}

/** The `unitId` of OPC UA's EUInformation: the characters of the code of Recommendation 20 as one number. */
export function opcUaUnitId(unit: Unit): number {
  return [...unit.cefact].reduce((id, character) => id * 256 + character.charCodeAt(0), 0);
}
