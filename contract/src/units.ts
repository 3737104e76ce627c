// Units of measurement, keyed by their code in UCUM (https://ucum.org, version 2.1). `cefact` is the code of UN/CEFACT
// Recommendation 20; OPC UA (Part 8, 5.6.3) derives its unit id from that code.

/** What a unit measures. Values can be converted between units of the same quantity only. */
export type Quantity = keyof typeof TABLE;

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

/** Code, symbol, code of Recommendation 20, factor to the first unit of the quantity, other spellings. */
type Row = readonly [
  code: string,
  symbol: string,
  cefact: string,
  factor: number | readonly [numerator: number, denominator: number, zero?: number],
  aliases?: string,
];

const FOOT = 0.3048;
const INCH = 0.0254;
const POUND = 0.45359237;
const POUND_FORCE = 4.4482216152605;
const STANDARD_GRAVITY = 9.80665;
const US_GALLON = 0.003785411784;
const UK_GALLON = 0.00454609;

/** The factors are exact by definition, but for mercury and water, for which UCUM's are taken. */
const TABLE = {
  temperature: [
    ['Cel', '°C', 'CEL', 1, 'C|degC|deg C|celsius|℃|ºC'],
    ['K', 'K', 'KEL', [1, 1, 273.15], 'kelvin|degK'],
    ['[degF]', '°F', 'FAH', [5, 9, 32], 'F|degF|deg F|fahrenheit|℉|ºF'],
    ['[degR]', '°R', 'A48', [5, 9, 491.67], 'R|rankine'],
  ],
  pressure: [
    ['Pa', 'Pa', 'PAL', 1, 'pascal|N/m2'],
    ['hPa', 'hPa', 'A97', 100],
    ['kPa', 'kPa', 'KPA', 1000],
    ['MPa', 'MPa', 'MPA', 1e6, 'N/mm2'],
    ['GPa', 'GPa', 'A89', 1e9],
    ['bar', 'bar', 'BAR', 100_000, 'barg|bara|bar(g)|bar(a)'],
    ['mbar', 'mbar', 'MBR', 100],
    ['[psi]', 'psi', 'PS', [POUND_FORCE, INCH * INCH], 'psig|psia|psi(g)|psi(a)|lbf/in2'],
    ['atm', 'atm', 'ATM', 101_325],
    ['att', 'at', 'ATT', 98_066.5, 'kgf/cm2|kg/cm2'],
    ['mm[Hg]', 'mmHg', 'HN', 133.322],
    ["[in_i'Hg]", 'inHg', 'F79', 3386.3788],
    ['mm[H2O]', 'mmH₂O', 'HP', STANDARD_GRAVITY, 'mmH2O|mmWC'],
    ['m[H2O]', 'mH₂O', 'N23', 9806.65, 'mH2O|mWC'],
    ["[in_i'H2O]", 'inH₂O', 'F78', 249.08891, 'inH2O|inWC'],
  ],
  'rotational speed': [
    ['rad/s', 'rad/s', '2A', 1],
    ['{rev}/min', 'RPM', 'RPM', [Math.PI, 30], 'r/min|rev/min|1/min|min-1|U/min'],
    ['{rev}/s', 'r/s', 'RPS', 2 * Math.PI, 'rps|rev/s'],
    ['deg/s', '°/s', 'E96', [Math.PI, 180]],
  ],
  frequency: [
    ['Hz', 'Hz', 'HTZ', 1, 'hertz'],
    ['kHz', 'kHz', 'KHZ', 1000],
    ['MHz', 'MHz', 'MHZ', 1e6],
    ['GHz', 'GHz', 'A86', 1e9],
  ],
  rate: [
    ['/s', '1/s', 'C97', 1, 's-1'],
    ['/min', '1/min', 'C94', [1, 60], 'min-1|pcs/min'],
    ['/h', '1/h', 'H10', [1, 3600], 'h-1|pcs/h'],
  ],
  velocity: [
    ['m/s', 'm/s', 'MTS', 1, 'mps'],
    ['mm/s', 'mm/s', 'C16', [1, 1000], 'mm/s RMS'],
    ['cm/s', 'cm/s', '2M', [1, 100]],
    ['m/min', 'm/min', '2X', [1, 60]],
    ['mm/min', 'mm/min', 'H81', [1, 60_000]],
    ['m/h', 'm/h', 'M60', [1, 3600]],
    ['km/h', 'km/h', 'KMH', [1000, 3600], 'kph|kmh'],
    ['[ft_i]/s', 'ft/s', 'FS', FOOT],
    ['[ft_i]/min', 'ft/min', 'FR', [FOOT, 60], 'fpm'],
    ['[in_i]/s', 'in/s', 'IU', INCH, 'ips'],
    ['[mi_i]/h', 'mph', 'HM', [1609.344, 3600]],
    ['[kn_i]', 'kn', 'KNT', [1852, 3600], 'knot|kt'],
  ],
  acceleration: [
    ['m/s2', 'm/s²', 'MSK', 1],
    ['mm/s2', 'mm/s²', 'M41', [1, 1000]],
    ['cm/s2', 'cm/s²', 'M39', [1, 100]],
    ['[g]', 'g', 'K40', STANDARD_GRAVITY, 'gn|g RMS|gRMS'],
  ],
  length: [
    ['m', 'm', 'MTR', 1, 'metre|meter'],
    ['cm', 'cm', 'CMT', [1, 100]],
    ['mm', 'mm', 'MMT', [1, 1000]],
    ['um', 'µm', '4H', [1, 1e6], 'micron|μm'],
    ['nm', 'nm', 'C45', [1, 1e9]],
    ['km', 'km', 'KMT', 1000],
    ['[in_i]', 'in', 'INH', INCH, 'inch|"'],
    ['[mil_i]', 'mil', '77', INCH / 1000, 'thou'],
    ['[ft_i]', 'ft', 'FOT', FOOT, 'foot|feet'],
    ['[yd_i]', 'yd', 'YRD', 0.9144],
    ['[mi_i]', 'mi', 'SMI', 1609.344, 'mile'],
  ],
  area: [
    ['m2', 'm²', 'MTK', 1],
    ['cm2', 'cm²', 'CMK', [1, 10_000]],
    ['mm2', 'mm²', 'MMK', [1, 1e6]],
    ['har', 'ha', 'HAR', 10_000, 'hectare'],
    ['[sft_i]', 'ft²', 'FTK', FOOT * FOOT, 'sqft'],
    ['[sin_i]', 'in²', 'INK', INCH * INCH],
  ],
  volume: [
    ['m3', 'm³', 'MTQ', 1, 'cbm'],
    ['L', 'L', 'LTR', [1, 1000], 'l|litre|liter'],
    ['mL', 'mL', 'MLT', [1, 1e6], 'ml'],
    ['hL', 'hL', 'HLT', [1, 10], 'hl'],
    ['cm3', 'cm³', 'CMQ', [1, 1e6], 'cc'],
    ['mm3', 'mm³', 'MMQ', [1, 1e9]],
    ['[cft_i]', 'ft³', 'FTQ', FOOT ** 3, 'cf'],
    ['[gal_us]', 'gal (US)', 'GLL', US_GALLON, 'gal|gallon'],
    ['[gal_br]', 'gal (UK)', 'GLI', UK_GALLON],
    ['[bbl_us]', 'bbl', 'BLL', 42 * US_GALLON, 'barrel'],
  ],
  'volume flow': [
    ['m3/s', 'm³/s', 'MQS', 1],
    ['m3/min', 'm³/min', 'G53', [1, 60]],
    ['m3/h', 'm³/h', 'MQH', [1, 3600], 'cmh'],
    ['L/s', 'L/s', 'G51', [1, 1000], 'l/s'],
    ['L/min', 'L/min', 'L2', [1, 60_000], 'l/min|lpm|slpm'],
    ['L/h', 'L/h', 'E32', [1, 3.6e6], 'l/h'],
    ['mL/min', 'mL/min', '41', [1, 6e7], 'ml/min|sccm'],
    ['[cft_i]/min', 'ft³/min', '2L', [FOOT ** 3, 60], 'cfm|scfm'],
    ['[gal_us]/min', 'gal/min', 'G2', [US_GALLON, 60], 'gpm'],
  ],
  mass: [
    ['kg', 'kg', 'KGM', 1, 'kilogram'],
    ['g', 'g', 'GRM', [1, 1000], 'gram'],
    ['mg', 'mg', 'MGM', [1, 1e6]],
    ['ug', 'µg', 'MC', [1, 1e9]],
    ['t', 't', 'TNE', 1000, 'tonne|to'],
    ['[lb_av]', 'lb', 'LBR', POUND, 'lbs|pound'],
    ['[oz_av]', 'oz', 'ONZ', POUND / 16],
    ['[ston_av]', 'ton (US)', 'STN', 2000 * POUND],
  ],
  'mass flow': [
    ['kg/s', 'kg/s', 'KGS', 1],
    ['kg/min', 'kg/min', 'F31', [1, 60]],
    ['kg/h', 'kg/h', 'E93', [1, 3600]],
    ['g/s', 'g/s', 'F29', [1, 1000]],
    ['g/min', 'g/min', 'F28', [1, 60_000]],
    ['g/h', 'g/h', 'F27', [1, 3.6e6]],
    ['t/h', 't/h', 'E18', [1000, 3600]],
    ['[lb_av]/h', 'lb/h', '4U', [POUND, 3600]],
  ],
  density: [
    ['kg/m3', 'kg/m³', 'KMQ', 1],
    ['g/cm3', 'g/cm³', '23', 1000],
    ['kg/L', 'kg/L', 'B35', 1000, 'kg/l'],
    ['g/L', 'g/L', 'GL', 1, 'g/l'],
    ['g/m3', 'g/m³', 'A93', [1, 1000]],
    ['mg/m3', 'mg/m³', 'GP', [1, 1e6]],
    ['ug/m3', 'µg/m³', 'GQ', [1, 1e9], 'μg/m³'],
    ['mg/L', 'mg/L', 'M1', [1, 1000], 'mg/l'],
  ],
  force: [
    ['N', 'N', 'NEW', 1, 'newton'],
    ['kN', 'kN', 'B47', 1000],
    ['MN', 'MN', 'B73', 1e6],
    ['mN', 'mN', 'C20', [1, 1000]],
    ['kgf', 'kgf', 'B37', STANDARD_GRAVITY, 'kp'],
    ['[lbf_av]', 'lbf', 'C78', POUND_FORCE],
  ],
  torque: [
    ['N.m', 'N·m', 'NU', 1, 'Nm|N*m|N m'],
    ['kN.m', 'kN·m', 'B48', 1000, 'kNm'],
    ['mN.m', 'mN·m', 'D83', [1, 1000], 'mNm'],
    ['N.cm', 'N·cm', 'F88', [1, 100], 'Ncm'],
    ['[lbf_av].[ft_i]', 'lbf·ft', 'M92', POUND_FORCE * FOOT, 'ft-lb|ft-lbf|lb-ft'],
    ['[lbf_av].[in_i]', 'lbf·in', 'F21', POUND_FORCE * INCH, 'in-lb|in-lbf'],
  ],
  energy: [
    ['J', 'J', 'JOU', 1, 'joule'],
    ['kJ', 'kJ', 'KJO', 1000],
    ['MJ', 'MJ', '3B', 1e6],
    ['GJ', 'GJ', 'GV', 1e9],
    ['W.h', 'Wh', 'WHR', 3600, 'W·h'],
    ['kW.h', 'kWh', 'KWH', 3.6e6, 'kW·h'],
    ['MW.h', 'MWh', 'MWH', 3.6e9, 'MW·h'],
    ['GW.h', 'GWh', 'GWH', 3.6e12, 'GW·h'],
    ['cal_th', 'cal', 'D35', 4.184],
    ['kcal_th', 'kcal', 'K53', 4184],
    ['[Btu_IT]', 'Btu', 'BTU', 1055.05585262],
  ],
  power: [
    ['W', 'W', 'WTT', 1, 'watt'],
    ['mW', 'mW', 'C31', [1, 1000]],
    ['kW', 'kW', 'KWT', 1000],
    ['MW', 'MW', 'MAW', 1e6],
    ['GW', 'GW', 'A90', 1e9],
    ['[HP]', 'hp', 'BHP', 550 * FOOT * POUND_FORCE, 'HP'],
    ['[Btu_IT]/h', 'Btu/h', '2I', [1055.05585262, 3600]],
  ],
  'apparent power': [
    ['V.A', 'VA', 'D46', 1, 'V·A'],
    ['kV.A', 'kVA', 'KVA', 1000, 'kV·A'],
    ['MV.A', 'MVA', 'MVA', 1e6, 'MV·A'],
  ],
  'reactive power': [
    ['V.A{reactive}', 'var', 'D44', 1, 'VAr'],
    ['kV.A{reactive}', 'kvar', 'KVR', 1000, 'kVAr'],
    ['MV.A{reactive}', 'Mvar', 'MAR', 1e6, 'MVAr'],
  ],
  'electric current': [
    ['A', 'A', 'AMP', 1, 'amp|ampere|Arms'],
    ['mA', 'mA', '4K', [1, 1000]],
    ['uA', 'µA', 'B84', [1, 1e6], 'μA'],
    ['kA', 'kA', 'B22', 1000],
  ],
  voltage: [
    ['V', 'V', 'VLT', 1, 'volt|Vrms|VDC|VAC'],
    ['mV', 'mV', '2Z', [1, 1000]],
    ['uV', 'µV', 'D82', [1, 1e6], 'μV'],
    ['kV', 'kV', 'KVT', 1000],
  ],
  'electric resistance': [
    ['Ohm', 'Ω', 'OHM', 1, 'ohms|Ω'],
    ['mOhm', 'mΩ', 'E45', [1, 1000]],
    ['kOhm', 'kΩ', 'B49', 1000],
    ['MOhm', 'MΩ', 'B75', 1e6],
  ],
  capacitance: [
    ['F', 'F', 'FAR', 1, 'farad'],
    ['uF', 'µF', '4O', [1, 1e6], 'μF'],
    ['nF', 'nF', 'C41', [1, 1e9]],
    ['pF', 'pF', '4T', [1, 1e12]],
  ],
  'electric charge': [
    ['C', 'C', 'COU', 1, 'coulomb'],
    ['A.h', 'Ah', 'AMH', 3600, 'A·h'],
    ['mA.h', 'mAh', 'E09', 3.6, 'mA·h'],
  ],
  'electric conductivity': [
    ['S/m', 'S/m', 'D10', 1],
    ['mS/cm', 'mS/cm', 'H61', [1, 10]],
    ['uS/cm', 'µS/cm', 'G42', [1, 10_000], 'μS/cm'],
  ],
  'magnetic flux density': [
    ['T', 'T', 'D33', 1, 'tesla'],
    ['mT', 'mT', 'C29', [1, 1000]],
    ['uT', 'µT', 'D81', [1, 1e6], 'μT'],
  ],
  time: [
    ['s', 's', 'SEC', 1, 'sec|second|seconds'],
    ['ms', 'ms', 'C26', [1, 1000], 'msec'],
    ['us', 'µs', 'B98', [1, 1e6], 'μs'],
    ['min', 'min', 'MIN', 60, 'minute|minutes'],
    ['h', 'h', 'HUR', 3600, 'hr|hour|hours'],
    ['d', 'd', 'DAY', 86_400, 'day|days'],
    ['wk', 'wk', 'WEE', 604_800, 'week|weeks'],
  ],
  ratio: [
    ['1', '1', 'C62', 1],
    ['%', '%', 'P1', [1, 100], 'percent|pct|%RH|% RH|%rF'],
    ['[ppm]', 'ppm', '59', [1, 1e6]],
    ['[ppb]', 'ppb', '61', [1, 1e9]],
  ],
  angle: [
    ['rad', 'rad', 'C81', 1],
    ['mrad', 'mrad', 'C25', [1, 1000]],
    ['deg', '°', 'DD', [Math.PI, 180], 'degree|degrees'],
  ],
  'dynamic viscosity': [
    ['Pa.s', 'Pa·s', 'C65', 1, 'Pas'],
    ['mPa.s', 'mPa·s', 'C24', [1, 1000], 'mPas'],
    ['P', 'P', '89', [1, 10], 'poise'],
    ['cP', 'cP', 'C7', [1, 1000]],
  ],
  'kinematic viscosity': [
    ['m2/s', 'm²/s', 'S4', 1],
    ['mm2/s', 'mm²/s', 'C17', [1, 1e6]],
    ['cSt', 'cSt', '4C', [1, 1e6]],
  ],
  illuminance: [
    ['lx', 'lx', 'LUX', 1, 'lux'],
    ['klx', 'klx', 'KLX', 1000],
  ],
  'sound level': [['dB', 'dB', '2N', 1, 'dB(A)|dBA']],
  acidity: [['[pH]', 'pH', 'Q30', 1]],
  'heat flux': [
    ['W/m2', 'W/m²', 'D54', 1],
    ['W/cm2', 'W/cm²', 'N48', 10_000],
  ],
  data: [
    ['By', 'B', 'AD', 1, 'byte|bytes'],
    ['kBy', 'kB', '2P', 1000],
    ['MBy', 'MB', '4L', 1e6],
  ],
} as const satisfies Record<string, readonly Row[]>;

export const UNITS: readonly Unit[] = Object.entries(TABLE).flatMap(([quantity, rows]) =>
  rows.map(([code, symbol, cefact, factor, aliases = '']: Row) => {
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
