// Errors as texts in the language of the page, or in the server's words where those say more.

import type { TextKey, Translate } from './text.ts';

/** Codes that say all there is to say. */
const CODES = {
  offline: 'fault.offline',
  unexpected: 'fault.unexpected',
  forbidden: 'fault.forbidden',
  not_found: 'fault.not_found',
  name_taken: 'fault.name_taken',
  alias_taken: 'fault.alias_taken',
  invalid_state: 'fault.invalid_state',
  store_unavailable: 'fault.store_unavailable',
  busy: 'fault.busy',
  closed: 'fault.offline',
  query_too_large: 'fault.query_too_large',
  link_expired: 'fault.link_expired',
  not_admitted: 'fault.not_admitted',
  unauthenticated: 'fault.unauthenticated',
  token_expired: 'fault.unauthenticated',
  token_revoked: 'fault.unauthenticated',
} as const satisfies Record<string, TextKey>;

export function errorText(t: Translate, error: unknown): string {
  if (!(error instanceof Error)) return t('fault.unexpected');
  if ('status' in error && error.status === 429) return t('fault.too_many');
  const code = 'code' in error ? String(error.code) : 'unexpected';
  return Object.hasOwn(CODES, code) ? t(CODES[code as keyof typeof CODES]) : error.message;
}
