// The catalogue of plant-wide settings with types, ranges and defaults. Values are strings, as stored.

import { METRIC_DISCOVERY } from './metric-terms.ts';
import { METRICS } from './metrics.ts';
import { isTimeZone } from './time-zone.ts';

export interface SettingDefinition {
  readonly name: string;
  readonly type: 'number' | 'email' | 'origin' | 'url' | 'choice' | 'time_zone';
  /** The possible values of a choice, else null. */
  readonly choices: readonly string[] | null;
  readonly unit: string | null;
  readonly min: number | null;
  readonly max: number | null;
  /** Only whole numbers are valid. */
  readonly integer: boolean;
  /** An empty value switches the setting off. */
  readonly optional: boolean;
  /** An empty text means that the setting is switched off. */
  readonly default: string;
  readonly description: string;
}

const threshold = (metric: (typeof METRICS)[number], side: 'max' | 'min'): SettingDefinition => {
  const limit = side === 'max' ? metric.defaultLimits.high : metric.defaultLimits.low;
  return {
    name: `${side}_${metric.name}_threshold`,
    type: 'number',
    choices: null,
    unit: metric.unit,
    min: metric.min,
    max: metric.max,
    integer: false,
    optional: true,
    default: limit === null ? '' : limit.toFixed(1),
    description: `${metric.label.en} ${side === 'max' ? 'above' : 'below'} this value raises an alert. Empty: no alert.`,
  };
};
const number = (
  name: string,
  unit: string,
  min: number,
  max: number,
  value: number,
  integer: boolean,
  description: string,
): SettingDefinition => ({
  name,
  type: 'number',
  choices: null,
  unit,
  min,
  max,
  integer,
  optional: false,
  default: String(value),
  description,
});

const TEXT = { choices: null, unit: null, min: null, max: null, integer: false } as const;

export const SETTINGS: readonly SettingDefinition[] = [
  ...METRICS.flatMap((metric) => [threshold(metric, 'max'), threshold(metric, 'min')]),
  number(
    'alert_deadband_percent',
    '%',
    0,
    50,
    2,
    false,
    'How far inside the limit, in percent of the limit, a value must be to clear its alert.',
  ),
  number(
    'alert_on_delay_seconds',
    's',
    0,
    3600,
    0,
    false,
    'How long a value must stay beyond a limit before an alert is raised.',
  ),
  number(
    'alert_off_delay_seconds',
    's',
    0,
    3600,
    0,
    false,
    'How long a value must stay inside the limit before its alert clears.',
  ),
  number(
    'inactivity_timeout',
    's',
    1,
    2_592_000,
    3600,
    true,
    'A machine that sends no reading for this long becomes stale.',
  ),
  {
    ...TEXT,
    name: 'alert_email',
    type: 'email',
    optional: true,
    default: '',
    description:
      'Address to which critical and warning alerts are mailed. It can only be set where a mail server is configured. Empty: none.',
  },
  {
    ...TEXT,
    name: 'page_origin',
    type: 'origin',
    optional: true,
    default: '',
    description:
      'Address at which people open the page, such as https://hall.example, for the links in messages. PUBLIC_URL takes precedence. Empty: messages have no links, unless the server is reached on this computer only.',
  },
  {
    ...TEXT,
    name: 'heartbeat_url',
    type: 'url',
    optional: true,
    default: '',
    description:
      'Address that is requested every minute while the server works, so that a service there notices when it does not. Empty: none.',
  },
  number(
    'data_retention_days',
    'days',
    1,
    36_500,
    365,
    true,
    'How long single readings are stored. Minute, hour and day rollups are stored longer.',
  ),
  {
    ...TEXT,
    name: 'metric_discovery',
    type: 'choice',
    choices: METRIC_DISCOVERY,
    optional: false,
    default: 'on',
    description:
      'New names in the data become metrics (on), are stored and shown after somebody has accepted them (approve), or are refused (off).',
  },
  {
    ...TEXT,
    name: 'plant_timezone',
    type: 'time_zone',
    optional: false,
    // On the server this is its own time zone.
    default: new Intl.DateTimeFormat().resolvedOptions().timeZone,
    description: 'The time zone in which the days of the plant begin and end, such as Asia/Jakarta.',
  },
];

export type Settings = Readonly<Record<string, string>>;

export const DEFAULT_SETTINGS: Settings = Object.fromEntries(SETTINGS.map((s) => [s.name, s.default]));

/** The value as a number; null if the setting is switched off or unknown. */
export function settingNumber(settings: Settings, name: string): number | null {
  const text = settings[name];
  return text === undefined || text === '' ? null : Number(text);
}

/** As a browser writes it: in lower case, without a slash at its end. */
const ORIGIN = /^https?:\/\/(?:\[[0-9a-f:.]+\]|[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?)(?::\d{1,5})?$/;

/** With a path, and without a user or a password. */
const URL_TEXT = /^https?:\/\/(?:\[[0-9a-f:.]+\]|[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?)(?::\d{1,5})?(?:[/?#]\S*)?$/;

export type SettingCheck = { ok: true; value: string } | { ok: false; reason: string };

/**
 * Validates a new value against its definition and the other settings (min < max). `value` is trimmed; `reason` is a
 * predicate such as `must be at least 1`.
 */
export function checkSetting(current: Settings, name: string, raw: string): SettingCheck {
  const definition = SETTINGS.find((setting) => setting.name === name);
  if (!definition) return { ok: false, reason: 'is not a setting' };
  const value = raw.trim();
  if (value === '') {
    return definition.optional ? { ok: true, value } : { ok: false, reason: 'must not be empty' };
  }
  if (definition.type === 'choice') {
    return definition.choices?.includes(value)
      ? { ok: true, value }
      : { ok: false, reason: `must be one of ${definition.choices?.join(', ')}` };
  }
  if (definition.type === 'time_zone') {
    return /^[A-Za-z]/.test(value) && isTimeZone(value)
      ? { ok: true, value }
      : { ok: false, reason: 'must be an IANA time zone such as Asia/Jakarta' };
  }
  if (definition.type === 'origin') {
    return ORIGIN.test(value)
      ? { ok: true, value }
      : { ok: false, reason: 'must be an address such as https://hall.example' };
  }
  if (definition.type === 'url') {
    return URL_TEXT.test(value) && value.length <= 1000
      ? { ok: true, value }
      : { ok: false, reason: 'must be an address such as https://hc-ping.com/…' };
  }
  if (definition.type === 'email') {
    return /^[^\s@,;<>"]+@[^\s@,;<>"]+\.[^\s@,;<>".]+$/.test(value) && value.length <= 254
      ? { ok: true, value }
      : { ok: false, reason: 'must be an e-mail address' };
  }
  if (!/^[+-]?\d+(\.\d+)?$/.test(value)) return { ok: false, reason: 'must be a decimal number' };
  const parsed = Number(value);
  if (!Number.isFinite(parsed)) return { ok: false, reason: 'must be a decimal number' };
  if (definition.integer && !Number.isInteger(parsed)) return { ok: false, reason: 'must be a whole number' };
  if (definition.min !== null && parsed < definition.min)
    return { ok: false, reason: `must be at least ${definition.min}` };
  if (definition.max !== null && parsed > definition.max)
    return { ok: false, reason: `must be at most ${definition.max}` };
  const [side, partner] = partnerOf(name);
  const other = partner === null ? null : settingNumber(current, partner);
  if (other !== null && side === 'max' && parsed <= other)
    return { ok: false, reason: `must be greater than ${partner} (${other})` };
  if (other !== null && side === 'min' && parsed >= other)
    return { ok: false, reason: `must be less than ${partner} (${other})` };
  return { ok: true, value };
}

function partnerOf(name: string): ['max' | 'min' | null, string | null] {
  const match = /^(max|min)_(.+_threshold)$/.exec(name);
  if (!match) return [null, null];
  return match[1] === 'max' ? ['max', `min_${match[2]}`] : ['min', `max_${match[2]}`];
}
