// The words of a message, in the language of its reader. Each makes sense alone on a phone.

import type { FormerMessage } from './flood-rules.ts';
import { alertFigures } from './messages/alert-sentence.ts';
import { alertValues, headline, type Reader, sounds, type ToldItem, timeText } from './messages/alert-values.ts';
import { fillTemplate, type Template } from './messages/template.ts';
import { WORDS } from './messages/words.ts';

/** More alerts than this are counted and not listed. */
export const MOST_LISTED = 20;
const MAX_SUBJECT = 300;

/** What is said of one alert. */
export interface AlertTemplates {
  readonly subject: Template;
  readonly body: Template;
}

/**
 * @param items in the order in which they came, at most `MOST_LISTED`; in a flood the first ones are the first-out and the worst
 * @param total how many the message carries in all
 */
export function messageText(
  kind: FormerMessage['kind'],
  items: readonly ToldItem[],
  total: number,
  reader: Reader,
  templates: AlertTemplates,
): { subject: string; text: string } {
  const [first] = items as [ToldItem];
  const words = WORDS[reader.language];
  const paragraph = (item: ToldItem) => fillTemplate(templates.body, alertValues(item, reader));
  if (total === 1) {
    const subject = oneLine(fillTemplate(templates.subject, alertValues(first, reader)));
    return { subject: subject === '' ? headline(first, reader) : subject, text: `${paragraph(first)}\n` };
  }
  const left = total - items.length;
  const more = left > 0 ? [words.more(left)] : [];
  const paragraphs = [intro(kind, first, items, total, reader), ...items.map(paragraph), ...more];
  return { subject: oneLine(subjectOf(kind, first, items, total, reader)), text: `${paragraphs.join('\n\n')}\n` };
}

function subjectOf(
  kind: FormerMessage['kind'],
  first: ToldItem,
  items: readonly ToldItem[],
  total: number,
  reader: Reader,
): string {
  const words = WORDS[reader.language];
  if (kind === 'digest') return words.digestSubject(total);
  const { sentence } = alertFigures(first.event, reader.names, reader.language);
  if (kind === 'flood') return words.floodSubject(total, sentence);
  const places = new Set(items.map((item) => item.event.location));
  return words.manySubject(total, criticalOf(items) > 0, places.size === 1 ? first.event.location : null, sentence);
}

function intro(
  kind: FormerMessage['kind'],
  first: ToldItem,
  items: readonly ToldItem[],
  total: number,
  { language, zone }: Reader,
): string {
  const words = WORDS[language];
  if (kind === 'flood') return words.flood(total, timeText(first.event.raised_at, zone));
  return kind === 'digest' ? words.digest : words.many(total, criticalOf(items));
}

const criticalOf = (items: readonly ToldItem[]): number =>
  items.filter((item) => sounds(item) && item.event.severity === 'critical').length;

const oneLine = (text: string) => text.replace(/\s+/g, ' ').trim().slice(0, MAX_SUBJECT);
