// Parses and checks what a user types for a setting, as the server does, and orders the changes so that each can be sent.

import { checkSetting, METRICS, SETTINGS, type SettingDefinition, type Settings } from '@gonsters/contract';
import { parseNumber } from '../../../i18n/parse-number.ts';
import type { Language } from '../../../i18n/text.ts';

export type SettingFault =
  | { kind: 'required' | 'number' | 'whole' }
  | { kind: 'min' | 'max'; limit: number }
  /** Low is not below high: a fault of both. */
  | { kind: 'order'; low: number; high: number };

export interface SettingChange {
  name: string;
  value: string;
}

const settingOf = (name: string): SettingDefinition | undefined => SETTINGS.find((setting) => setting.name === name);
export const lowOf = (metric: (typeof METRICS)[number]) => `min_${metric.name}_threshold`;
export const highOf = (metric: (typeof METRICS)[number]) => `max_${metric.name}_threshold`;

/** A stored value as the control shows it. */
export function showSetting(name: string, value: string, language: Language): string {
  return language === 'id' && settingOf(name)?.type === 'number' ? value.replace('.', ',') : value;
}

/** Only the form is checked here; whether low is below high is seen where both are. */
export function readSetting(
  name: string,
  text: string,
  language: Language,
): { ok: true; value: string } | { ok: false; fault: SettingFault } {
  const definition = settingOf(name);
  const typed = text.trim();
  const fails = (fault: SettingFault) => ({ ok: false, fault }) as const;
  if (typed === '' || definition === undefined) {
    return definition?.optional ? { ok: true, value: '' } : fails({ kind: 'required' });
  }
  const number = parseNumber(typed, language) ?? Number.NaN;
  const value = String(number);
  // A decimal number, as the server wants it: none that needs an exponent.
  if (!/^-?\d+(\.\d+)?$/.test(value)) return fails({ kind: 'number' });
  if (definition.integer && !Number.isInteger(number)) return fails({ kind: 'whole' });
  if (definition.min !== null && number < definition.min) return fails({ kind: 'min', limit: definition.min });
  if (definition.max !== null && number > definition.max) return fails({ kind: 'max', limit: definition.max });
  return { ok: true, value };
}

/** The changes that the texts would make, and what is wrong with them; `80` over a stored `80.0` is no change. */
export function reviewDraft(
  stored: Settings,
  texts: ReadonlyMap<string, string>,
  language: Language,
): { changes: SettingChange[]; faults: Map<string, SettingFault> } {
  const changes: SettingChange[] = [];
  const faults = new Map<string, SettingFault>();
  const wanted: Record<string, string> = { ...stored };
  for (const [name, text] of texts) {
    const read = readSetting(name, text, language);
    if (!read.ok) faults.set(name, read.fault);
    else if (!sameValue(name, read.value, stored[name] ?? '')) {
      changes.push({ name, value: read.value });
      wanted[name] = read.value;
    }
  }
  for (const metric of METRICS) {
    const [low, high] = [lowOf(metric), highOf(metric)];
    if (![low, high].some((name) => texts.has(name)) || faults.has(low) || faults.has(high)) continue;
    if (!wanted[low] || !wanted[high] || Number(wanted[low]) < Number(wanted[high])) continue;
    const fault: SettingFault = { kind: 'order', low: Number(wanted[low]), high: Number(wanted[high]) };
    faults.set(low, fault).set(high, fault);
  }
  return { changes, faults };
}

/** Two controls that contradict each other have one fault. */
export function countFaults(faults: ReadonlyMap<string, SettingFault>): number {
  let count = 0;
  for (const { kind } of faults.values()) count += kind === 'order' ? 0.5 : 1;
  return count;
}

/**
 * Settings are stored one by one, and low must be below high at every step: 50–80 becomes 90–120 by moving high first.
 * What would be refused at any place goes last, for the server to say why.
 */
export function orderChanges(stored: Settings, changes: readonly SettingChange[]): SettingChange[] {
  const current: Record<string, string> = { ...stored };
  const waiting = [...changes];
  const ordered: SettingChange[] = [];
  for (;;) {
    const at = waiting.findIndex(({ name, value }) => checkSetting(current, name, value).ok);
    if (at < 0) return [...ordered, ...waiting];
    const [next] = waiting.splice(at, 1) as [SettingChange];
    current[next.name] = next.value;
    ordered.push(next);
  }
}

export function sameValue(name: string, a: string, b: string): boolean {
  return a === b || (a !== '' && b !== '' && settingOf(name)?.type === 'number' && Number(a) === Number(b));
}
