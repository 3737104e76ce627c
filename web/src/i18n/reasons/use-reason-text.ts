// Reasons of the server in the language of the page, from the codes beside its English sentences.

import type { NamedTarget, NoSuggestionReason, TellingReason } from '@gonsters/contract';
import { useMemo } from 'react';
import { areaText } from '../area-text.ts';
import type { Format } from '../format.ts';
import type { TranslateOf } from '../text.ts';
import { en } from './en.ts';
import { id } from './id.ts';

type Say = TranslateOf<typeof en>;
const useTexts = areaText(en, id);

export function useReasonText() {
  const { say, format } = useTexts();
  return useMemo(
    () => ({
      reason: (given: TellingReason) => reasonText(say, format, given),
      target: (given: NamedTarget) => targetText(say, given),
      noSuggestion: (given: NoSuggestionReason) => noSuggestionText(say, given),
    }),
    [say, format],
  );
}

function reasonText(say: Say, format: Pick<Format, 'recent'>, { code, params }: TellingReason): string {
  const { person = '', role = '', channel = '', schedule = say('reason.gone_schedule'), until } = params;
  if (code !== 'waits_quiet_hours') return say(`reason.${code}`, { person, role, channel, schedule });
  return say('reason.waits_quiet_hours', {
    until: until === undefined ? '' : format.recent(Date.parse(until), Date.now()),
  });
}

function targetText(say: Say, { kind, name }: NamedTarget): string {
  const isNamed = kind !== 'alert_email' && kind !== 'webhooks';
  return isNamed && name === null ? say('named.gone') : say(`named.${kind}`, { name: name ?? '' });
}

function noSuggestionText(say: Say, { code, raises, excursions }: NoSuggestionReason): string {
  if (code === 'few_raises') return say('none.few_raises', { count: raises ?? 0 });
  if (code !== 'no_change_in_time') return say(`none.${code}`);
  return say('none.no_change_in_time', { count: excursions ?? 0, raises: raises ?? 0 });
}
