// What went wrong, in the reader's language where it is ours to say, in the server's words where it knows more.

import type { Translate } from './text.ts';

export function faultText(t: Translate, error: unknown): string {
  if (!(error instanceof Error)) return t('fault.unexpected');
  const code = 'code' in error ? error.code : null;
  if (code === 'offline') return t('fault.offline');
  if ('status' in error && error.status === 429) return t('fault.too_many');
  return code === null || code === 'unexpected' ? t('fault.unexpected') : error.message;
}
