// The template of an SMS request: variables in double braces, escaped for the place where they stand. Pure.

import type { ChannelSettings, Fault } from '@gonsters/contract';

export const SMS_VARIABLES = ['to', 'to_digits', 'text', 'sender', 'username', 'password', 'basic'] as const;
export type SmsVariables = Readonly<Record<(typeof SMS_VARIABLES)[number], string>>;

const VARIABLE = /\{\{\s*([^{}]*?)\s*\}\}/g;
type Escape = (value: string) => string;

const ESCAPES: readonly [RegExp, Escape][] = [
  [/json/i, (value) => JSON.stringify(value).slice(1, -1)],
  [/x-www-form-urlencoded/i, encodeURIComponent],
  [/xml|html/i, (value) => value.replace(/[<>&"']/g, (character) => `&#${character.charCodeAt(0)};`)],
];

/** @returns the text with its variables; one that is not known stays as it is, which `smsFaults` refuses */
function filled(template: string, variables: SmsVariables, escaped: Escape): string {
  return template.replace(VARIABLE, (whole, name: string) =>
    Object.hasOwn(variables, name) ? escaped(variables[name as keyof SmsVariables]) : whole,
  );
}

export interface SmsRequest {
  readonly url: string;
  readonly headers: Record<string, string>;
  readonly body: string | undefined;
}

export function smsRequest(settings: ChannelSettings<'sms'>, to: string, text: string): SmsRequest {
  const { username = '', password = '', sender = '' } = settings;
  const basic = Buffer.from(`${username}:${password}`).toString('base64');
  const variables = { to, to_digits: to.replace(/\D/g, ''), text, sender, username, password, basic };
  // A header ends at a line break.
  const inHeader = (value: string) => value.replace(/[^\t\x20-\x7e]/g, ' ');
  const headers = Object.fromEntries(
    Object.entries(settings.headers ?? {}).map(([name, value]) => [
      name.toLowerCase(),
      filled(value, variables, inHeader),
    ]),
  );
  const type = headers['content-type'] ?? '';
  const inBody = ESCAPES.find(([pattern]) => pattern.test(type))?.[1] ?? ((value: string) => value);
  return {
    url: filled(settings.url, variables, encodeURIComponent),
    headers,
    body: settings.body === undefined ? undefined : filled(settings.body, variables, inBody),
  };
}

/** What the schema of the settings cannot check. */
export function smsFaults(settings: ChannelSettings<'sms'>): Fault[] {
  const faults: Fault[] = [];
  const fault = (field: string, error: string) => faults.push({ field: `settings.${field}`, error });
  const places = { url: settings.url, body: settings.body ?? '', ...settings.headers };
  for (const [field, text] of Object.entries(places)) {
    for (const [, name = ''] of text.matchAll(VARIABLE)) {
      if (SMS_VARIABLES.includes(name as keyof SmsVariables)) continue;
      fault(field, `has the unknown variable ${name}; known are ${SMS_VARIABLES.join(', ')}`);
    }
  }
  const all = Object.values(places).join(' ');
  if (!/\{\{\s*(to|to_digits)\s*\}\}/.test(all)) fault('body', 'or the URL must have the variable to');
  if (!/\{\{\s*text\s*\}\}/.test(all)) fault('body', 'or the URL must have the variable text');
  if (settings.method === 'GET' && settings.body !== undefined) fault('body', 'must be absent with GET');
  const { url } = smsRequest(settings, '+6281', 'x');
  const before = settings.url.split('/').slice(0, 3).join('/');
  if (!URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol)) fault('url', 'must be an http or https address');
  else if (new URL(url).username !== '') fault('url', 'must not contain a user or a password');
  // Otherwise a variable would choose the server.
  else if (before.includes('{{')) fault('url', 'must have no variable in the name of the server');
  const pattern = settings.success;
  try {
    if (pattern !== undefined) new RegExp(pattern);
  } catch {
    fault('success', 'must be a regular expression');
  }
  return faults;
}
