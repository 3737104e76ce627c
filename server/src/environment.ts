// Reads single environment variables as the catalogue defines them, and collects every fault so that all are reported at once.

import { existsSync, readFileSync } from 'node:fs';
import type { Fault } from '@gonsters/contract';
import { VARIABLES, type VariableOf, type Variables } from './config-variables.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

/** PEM text, and the file from which it can be read again; null where the variable itself contains the text. */
export interface PemSource {
  readonly text: string;
  readonly file: string | null;
}

/** Every function returns the default, or null, if the value is not valid, and adds the fault to `faults`. */
export type EnvironmentReader = ReturnType<typeof readVariables>;

export function readVariables(env: Environment) {
  const faults: Fault[] = [];
  /** `error` is a sentence that names the variable. */
  const fault = (name: string, error: string) => {
    faults.push({ parameter: name, error });
  };

  /** `X`, or the content of the file that `X_FILE` names. */
  const value = (name: string): string | null => {
    const direct = env[name];
    const file = env[`${name}_FILE`];
    if (direct !== undefined && direct !== '' && file !== undefined && file !== '') {
      fault(name, `${name} and ${name}_FILE must not both be set`);
    }
    if (direct !== undefined && direct !== '') return direct;
    if (file === undefined || file === '') return null;
    try {
      return readFileSync(file, 'utf8').replace(/\r?\n$/, '');
    } catch {
      fault(`${name}_FILE`, `The file that ${name}_FILE names cannot be read`);
      return null;
    }
  };
  const isSet = (name: keyof Variables): boolean => value(name) !== null;
  const text = (name: VariableOf<'text'>): string | null => value(name);
  const choice = <Name extends VariableOf<'choice'>>(name: Name): Variables[Name]['values'][number] => {
    const { values, default: fallback } = VARIABLES[name];
    const given = value(name);
    if (given === null) return fallback;
    if ((values as readonly string[]).includes(given)) return given as Variables[Name]['values'][number];
    fault(name, `${name} must be one of ${values.join(', ')}`);
    return fallback;
  };
  const wholeWithin = (name: string, min: number, max: number, fallback: number): number => {
    const given = value(name);
    if (given === null) return fallback;
    const number = /^\d{1,12}$/.test(given) ? Number(given) : Number.NaN;
    if (number >= min && number <= max) return number;
    fault(name, `${name} must be a whole number from ${min} to ${max}`);
    return fallback;
  };
  /** `fallback`: where the default depends on another variable. */
  const whole = (name: VariableOf<'whole'>, fallback: number = VARIABLES[name].default): number =>
    wholeWithin(name, VARIABLES[name].min, VARIABLES[name].max, fallback);
  const flag = (name: VariableOf<'flag'>, fallback: boolean = VARIABLES[name].default): boolean => {
    const given = value(name);
    if (given === 'true' || given === 'false') return given === 'true';
    if (given !== null) fault(name, `${name} must be true or false`);
    return fallback;
  };
  const list = (name: VariableOf<'list'>): string[] | null =>
    value(name)
      ?.split(',')
      .map((item) => item.trim())
      .filter((item) => item !== '') ?? null;
  const pemSource = (name: VariableOf<'pem'>): PemSource | null => {
    const given = value(name);
    if (given === null) return null;
    if (given.startsWith('-----BEGIN')) return { text: given, file: env[name] ? null : (env[`${name}_FILE`] ?? null) };
    if (existsSync(given)) return { text: readFileSync(given, 'utf8'), file: given };
    fault(name, `${name} must be PEM text or the path of a PEM file`);
    return null;
  };
  const pem = (name: VariableOf<'pem'>): string | null => pemSource(name)?.text ?? null;

  return { faults, fault, isSet, text, choice, whole, wholeWithin, flag, list, pem, pemSource };
}
