// A channel while it is edited: texts and switches by the name of the setting, and what is sent of them.

import { type ChannelKind, SMS_PRESETS } from '@gonsters/contract';
import { CHANNEL_FIELDS } from './channel-fields.ts';
import { type MailServer, mailAddress, mailServerOf } from './mail-server.ts';

export const SMS_PROVIDERS = ['zenziva', 'twilio', 'other'] as const;
export type SmsProvider = (typeof SMS_PROVIDERS)[number];
const SMS_TEXTS = ['method', 'url', 'body', 'username', 'password', 'sender', 'success'] as const;

export interface ChannelDraft {
  kind: ChannelKind;
  name: string;
  texts: Readonly<Record<string, string>>;
  switches: Readonly<Record<string, boolean>>;
  mail: MailServer;
  provider: SmsProvider;
}

type Settings = Readonly<Record<string, unknown>>;

export function newDraft(kind: ChannelKind, name: string, settings: Settings = {}): ChannelDraft {
  const fields = CHANNEL_FIELDS[kind];
  const textOf = (field: string, initial = '') => (typeof settings[field] === 'string' ? settings[field] : initial);
  const provider = kind === 'sms' ? providerOf(settings) : 'other';
  const sms = kind === 'sms' ? [...SMS_TEXTS.map((field) => [field, textOf(field)] as const)] : [];
  const texts = Object.fromEntries([
    ...fields.filter(({ isSwitch }) => !isSwitch).map(({ name: field, initial }) => [field, textOf(field, initial)]),
    ...sms,
    ...(kind === 'sms' ? [['headers', headerLines(settings.headers)]] : []),
  ]);
  const switches = Object.fromEntries(
    fields.filter(({ isSwitch }) => isSwitch).map(({ name: field }) => [field, settings[field] === true]),
  );
  return { kind, name, texts, switches, mail: mailServerOf(settings.url), provider };
}

/** Those that a new channel is made with; what is empty is left out. */
export function settingsOf({ kind, texts, switches, mail, provider }: ChannelDraft): Record<string, unknown> {
  const given = Object.entries(texts)
    .map(([field, text]) => [field, text.trim()] as const)
    .filter(([, text]) => text !== '');
  const settings: Record<string, unknown> = Object.fromEntries(given);
  for (const [field, on] of Object.entries(switches)) if (on) settings[field] = true;
  if (kind === 'email') settings.url = mailAddress(mail);
  if (kind !== 'sms') return settings;
  const { headers: _lines, ...rest } = settings;
  if (provider === 'other') return { ...rest, ...headersSetting(texts.headers ?? '') };
  const { username, password, sender } = settings;
  const keys = Object.entries({ username, password, sender }).filter(([, value]) => value !== undefined);
  return { ...SMS_PRESETS[provider], ...Object.fromEntries(keys) };
}

/** What differs from what is stored; null takes a setting away. */
export function settingsChange(draft: ChannelDraft, stored: Settings): Record<string, unknown> {
  const wanted = settingsOf(draft);
  const change: Record<string, unknown> = {};
  for (const name of new Set([...Object.keys(wanted), ...Object.keys(stored)])) {
    const [now, before] = [wanted[name], stored[name]];
    if (JSON.stringify(now) === JSON.stringify(before)) continue;
    // A switch that is off and one that was never set are the same.
    if (now === undefined && (before === false || before === undefined)) continue;
    change[name] = now ?? null;
  }
  return change;
}

/** Whether everything is there that has to be. */
export function isComplete({ kind, name, texts, mail, provider }: ChannelDraft): boolean {
  if (name.trim() === '') return false;
  if (kind === 'email' && mail.host.trim() === '') return false;
  if (kind === 'sms' && provider === 'other') return (texts.url ?? '').trim() !== '';
  if (kind === 'sms') return (texts.username ?? '').trim() !== '' && (texts.password ?? '').trim() !== '';
  const needed = CHANNEL_FIELDS[kind].filter(({ isOptional, isSwitch }) => !isOptional && !isSwitch);
  return needed.every((field) => (texts[field.name] ?? '').trim() !== '');
}

function providerOf({ url }: Settings): SmsProvider {
  if (url === undefined || url === SMS_PRESETS.zenziva.url) return 'zenziva';
  return url === SMS_PRESETS.twilio.url ? 'twilio' : 'other';
}

const headerLines = (headers: unknown): string =>
  headers !== null && typeof headers === 'object'
    ? Object.entries(headers)
        .map(([name, value]) => `${name}: ${String(value)}`)
        .join('\n')
    : '';

function headersSetting(lines: string): { headers?: Record<string, string> } {
  const headers = lines.split('\n').flatMap((line): [string, string][] => {
    const [, name, value] = /^\s*([^:\s]+)\s*:\s*(.+?)\s*$/.exec(line) ?? [];
    return name === undefined || value === undefined ? [] : [[name, value]];
  });
  return headers.length === 0 ? {} : { headers: Object.fromEntries(headers) };
}
