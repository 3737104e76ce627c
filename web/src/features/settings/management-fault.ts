// Errors of user and gateway management as texts in the language of the page.

import { ApiError } from '../../api/http/send.ts';
import { errorText } from '../../i18n/error-text.ts';
import { serverMessage } from '../../i18n/server-message.ts';
import type { Translate } from '../../i18n/text.ts';

export function managementFaultText(t: Translate, error: unknown): string {
  const code = error instanceof ApiError ? error.code : '';
  switch (code) {
    case 'last_manager':
      return t('users.last_manager');
    case 'name_taken':
      return t('manage.name_taken');
    case 'email_taken':
      return t('manage.email_taken');
    case 'not_found':
      return t('manage.gone');
    default:
      return errorText(t, error);
  }
}

/** By field, what is wrong with a form; '' holds what belongs to none. */
export function formFaults(t: Translate, error: unknown): Readonly<Record<string, string>> {
  if (!(error instanceof ApiError)) return { '': errorText(t, error) };
  if (error.code === 'name_taken') return { username: t('manage.name_taken'), name: t('manage.name_taken') };
  if (error.code === 'email_taken') return { email: t('manage.email_taken') };
  const faults: Record<string, string> = {};
  for (const { field, error: sentence } of error.faults) {
    const name = field ?? '';
    const said = serverMessage(t, sentence);
    faults[name] = faults[name] === undefined ? said : `${faults[name]}. ${said}`;
  }
  return Object.keys(faults).length > 0 ? faults : { '': managementFaultText(t, error) };
}
