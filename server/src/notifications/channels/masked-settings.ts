// The settings of a channel as replies show them, and what a change of them means. Pure.

import { CHANNEL_SETTINGS, type ChannelKind, type Fault, issueText, MASKED } from '@gonsters/contract';
import { kindOf } from './channel-kinds.ts';

export type AnySettings = Readonly<Record<string, unknown>>;
type Checked = { settings: AnySettings; faults: null } | { settings: null; faults: Fault[] };

/** Checks everything that is set up of a new channel. */
export function checkedSettings(kind: ChannelKind, given: AnySettings): Checked {
  const parsed = CHANNEL_SETTINGS[kind].safeParse(given, { error: issueText });
  if (!parsed.success) {
    const faults = parsed.error.issues.map((issue) => ({
      field: ['settings', ...issue.path].join('.'),
      error: issue.message,
    }));
    return { settings: null, faults };
  }
  const faults = [...maskFaults(given), ...(kindOf(kind).faults?.(parsed.data as never) ?? [])];
  return faults.length > 0 ? { settings: null, faults } : { settings: parsed.data, faults: null };
}

/** With secrets masked. */
export function maskedSettings(kind: ChannelKind, settings: AnySettings): AnySettings {
  const { secrets, secretUrls = [] } = kindOf(kind) as { secrets: readonly string[]; secretUrls?: readonly string[] };
  return Object.fromEntries(
    Object.entries(settings).map(([name, value]) => {
      if (secrets.includes(name)) return [name, MASKED];
      return [name, secretUrls.includes(name) ? maskedUrl(String(value)) : value];
    }),
  );
}

/**
 * Applies a change. What is sent as it was shown stays as it is; null removes.
 *
 * @param before as stored
 */
export function changedSettings(kind: ChannelKind, before: AnySettings, change: AnySettings): Checked {
  const shown = maskedSettings(kind, before);
  const settings: Record<string, unknown> = { ...before };
  const entered = new Set<string>();
  for (const [name, value] of Object.entries(change)) {
    if (value === null) delete settings[name];
    else if (value !== shown[name]) {
      settings[name] = value;
      entered.add(name);
    }
  }
  const checked = checkedSettings(kind, settings);
  if (checked.faults !== null) return checked;
  // Otherwise whoever may edit a channel could have its secrets sent to another server.
  const { secrets, places } = kindOf(kind) as { secrets: readonly string[]; places: readonly string[] };
  const isMoved = places.some((name) => JSON.stringify(before[name]) !== JSON.stringify(checked.settings[name]));
  const faults = secrets
    .filter(
      (name) => isMoved && before[name] !== undefined && checked.settings[name] === before[name] && !entered.has(name),
    )
    .map((name) => ({
      field: `settings.${name}`,
      error: 'must be entered again, because it is sent to another address now',
    }));
  return faults.length > 0 ? { settings: null, faults } : checked;
}

function maskFaults(given: AnySettings): Fault[] {
  return Object.entries(given)
    .filter(([, value]) => typeof value === 'string' && (value.includes(MASKED) || value.endsWith('/…')))
    .map(([name]) => ({ field: `settings.${name}`, error: 'is masked; enter it again' }));
}

/** A path and a query may be secrets, as those of chat services are. */
function maskedUrl(url: string): string {
  const { protocol, host, pathname, search, username, password } = new URL(url);
  const isWeb = protocol === 'http:' || protocol === 'https:';
  const login = username === '' ? '' : `${username}${password === '' ? '' : `:${MASKED}`}@`;
  const isWhole = (pathname === '/' || pathname === '') && search === '';
  return `${protocol}//${login}${host}${isWeb && !isWhole ? '/…' : ''}`;
}
