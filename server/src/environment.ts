// Reads single variables of the environment and collects every fault, so that all can be reported at once.

import { existsSync, readFileSync } from 'node:fs';
import type { Fault } from '@gonsters/contract';

export type Environment = Readonly<Record<string, string | undefined>>;

/** Every function answers its fallback, or null, where the value is wrong; the fault stands in `faults`. */
export type Variables = ReturnType<typeof readVariables>;

export function readVariables(env: Environment) {
  const faults: Fault[] = [];
  const fault = (name: string, error: string) => {
    faults.push({ parameter: name, error });
  };

  /** `X`, or the content of the file that `X_FILE` names. */
  const text = (name: string): string | null => {
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
      fault(`${name}_FILE`, 'The file cannot be read');
      return null;
    }
  };
  const oneOf = <T extends string>(name: string, allowed: readonly T[], fallback: T): T => {
    const value = text(name);
    if (value === null) return fallback;
    if (allowed.includes(value as T)) return value as T;
    fault(name, `Must be one of ${allowed.join(', ')}`);
    return fallback;
  };
  const whole = (name: string, min: number, max: number, fallback: number): number => {
    const value = text(name);
    if (value === null) return fallback;
    const number = /^\d{1,12}$/.test(value) ? Number(value) : Number.NaN;
    if (number >= min && number <= max) return number;
    fault(name, `Must be a whole number from ${min} to ${max}`);
    return fallback;
  };
  const yes = (name: string, fallback: boolean): boolean =>
    oneOf(name, ['true', 'false'], fallback ? 'true' : 'false') === 'true';
  const list = (name: string): string[] | null =>
    text(name)
      ?.split(',')
      .map((item) => item.trim())
      .filter((item) => item !== '') ?? null;
  const pem = (name: string): string | null => {
    const value = text(name);
    if (value === null || value.startsWith('-----BEGIN')) return value;
    if (existsSync(value)) return readFileSync(value, 'utf8');
    fault(name, 'Must be a PEM text or the path of a PEM file');
    return null;
  };

  return { faults, fault, text, oneOf, whole, yes, list, pem };
}
