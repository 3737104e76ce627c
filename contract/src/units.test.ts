/// <reference path="./ucum-lhc.d.ts" />
import ucum from '@lhncbc/ucum-lhc';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { convertValue, opcUaUnitId, type Quantity, UNITS, type Unit, understandUnit, unitOf } from './units.ts';

const utils = ucum.UcumLhcUtils.getInstance();
const unit = (code: string) => unitOf(code) as Unit;
const ofQuantity = (quantity: Quantity) => UNITS.filter((each) => each.quantity === quantity);
const QUANTITIES = [...new Set(UNITS.map(({ quantity }) => quantity))];

describe('the table of units', () => {
  it('has at least 120 units of 25 quantities, each with a code and a Recommendation 20 code of its own', () => {
    expect(UNITS.length).toBeGreaterThanOrEqual(120);
    expect(QUANTITIES.length).toBeGreaterThanOrEqual(25);
    expect(new Set(UNITS.map(({ code }) => code)).size).toBe(UNITS.length);
    expect(new Set(UNITS.map(({ cefact }) => cefact)).size).toBe(UNITS.length);
  });

  it('has codes that are valid in UCUM', () => {
    const invalid = UNITS.filter(({ code }) => utils.validateUnitString(code).status !== 'valid');
    expect(invalid.map(({ code }) => code)).toEqual([]);
  });

  it.each(QUANTITIES)('converts every pair of units of %s as the reference implementation of UCUM does', (quantity) => {
    for (const from of ofQuantity(quantity)) {
      for (const to of ofQuantity(quantity)) {
        // A revolution has no dimension in UCUM; it is 2π radians here.
        if (from.code.includes('{rev}') !== to.code.includes('{rev}')) continue;
        const { status, toVal } = utils.convertUnitTo(from.code, 37.5, to.code);
        // UCUM gives no factor for logarithmic and arbitrary units to themselves.
        if (status !== 'succeeded') expect(from).toBe(to);
        else {
          const relative = (convertValue(37.5, from, to) as number) / (toVal as number);
          expect(relative, `${from.code} to ${to.code}`).toBeCloseTo(1, 7);
        }
      }
    }
  });

  it('has the unit ids that the OPC Foundation publishes', () => {
    const published = { Cel: 4408652, kPa: 4935745, '{rev}/min': 5394509, 'mm/s': 4403510, um: 13384, 'kW.h': 4937544 };
    for (const [code, id] of Object.entries(published)) expect(opcUaUnitId(unit(code))).toBe(id);
  });
});

describe('a conversion', () => {
  it.each([
    [100, 'Cel', '[degF]', 212],
    [32, '[degF]', 'Cel', 0],
    [0, 'K', 'Cel', -273.15],
    [101.325, 'kPa', 'bar', 1.01325],
    [60, '{rev}/min', '{rev}/s', 1],
    [1, 'kW.h', 'MJ', 3.6],
    [1, '[in_i]', 'mm', 25.4],
    [90, 'km/h', 'm/s', 25],
  ])('of %d %s to %s is %d', (value, from, to, expected) => {
    expect(convertValue(value, unit(from), unit(to))).toBeCloseTo(expected, 12);
  });

  it('returns to the same value', () => {
    const pair = fc
      .constantFrom(...UNITS)
      .chain((from) => fc.tuple(fc.constant(from), fc.constantFrom(...ofQuantity(from.quantity))));
    fc.assert(
      fc.property(pair, fc.double({ min: -1e6, max: 1e6, noNaN: true }), ([from, to], value) => {
        const there = convertValue(value, from, to) as number;
        const back = convertValue(there, to, from) as number;
        // A zero that lies elsewhere costs digits of small values.
        expect(Math.abs(back - value)).toBeLessThanOrEqual(1e-12 * Math.max(Math.abs(value), 1000));
      }),
    );
  });

  it('is refused between quantities', () => {
    expect(convertValue(1, unit('kPa'), unit('Cel'))).toBeNull();
  });
});

describe('what a device calls its unit', () => {
  it('is understood by symbol, code and usual spellings', () => {
    for (const each of UNITS) {
      for (const text of [each.symbol, each.code, ...each.aliases]) {
        expect(understandUnit(` ${text} `, each.quantity), text).toBe(each);
      }
    }
  });

  it.each([
    ['C', 'temperature', 'Cel'],
    ['C', 'electric charge', 'C'],
    ['f', 'temperature', '[degF]'],
    ['RPM', null, '{rev}/min'],
    ['rpm', null, '{rev}/min'],
    ['MW', 'power', 'MW'],
    ['mW', 'power', 'mW'],
    ['BAR', 'pressure', 'bar'],
    ['CEL', null, 'Cel'],
  ] as const)('%s of %s is %s', (text, quantity, code) => {
    expect(understandUnit(text, quantity)?.code).toBe(code);
  });

  it.each([
    ['C', null],
    ['g', null],
    ['mw', 'power'],
    ['bar', 'temperature'],
    ['furlong', 'length'],
    ['', null],
  ] as const)('%s of %s is not guessed', (text, quantity) => {
    expect(understandUnit(text, quantity)).toBeNull();
  });
});
