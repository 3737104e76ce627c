// What the variables of a template stand for, of one alert. Pure.

import type { AlertEvent, MessageLanguage, MessageVariable, NotificationKind } from '@gonsters/contract';
import { type AlertFigures, type AlertNames, alertFigures, durationText, roughDuration } from './alert-sentence.ts';
import { WORDS } from './words.ts';

export interface ToldItem {
  readonly kind: NotificationKind;
  readonly event: AlertEvent;
  /** The link that acknowledges it; null where there is none. */
  readonly acknowledgeUrl: string | null;
  /** The page of the alert; null where the address of the page is not known. */
  readonly pageUrl: string | null;
  readonly chartUrl: string | null;
  /** The reader has quiet hours, which the message passes. */
  readonly passesQuietHours: boolean;
}

export interface Reader {
  readonly language: MessageLanguage;
  /** IANA, in which times are written. */
  readonly zone: string;
  /** UTC ms. */
  readonly nowMs: number;
  readonly names: AlertNames;
}

/** Whether it asks somebody to act. */
export const sounds = ({ kind }: Pick<ToldItem, 'kind'>) =>
  kind === 'raised' || kind === 'escalated' || kind === 'still_active' || kind === 'digest';

export function alertValues(item: ToldItem, reader: Reader): Record<MessageVariable, string> {
  const { event, kind } = item;
  const { language, zone } = reader;
  const words = WORDS[language];
  const figures = alertFigures(event, reader.names, language);
  const time = (iso: string | null) => (iso === null ? '' : timeText(iso, zone));
  const isAgain = event.raises > 1;
  const advice = (text: string | null | undefined) => (sounds(item) ? (text ?? '') : '');
  const seconds = event.time_to_respond_seconds ?? null;
  return {
    headline: headline(item, reader, figures),
    severity: words.severity[event.severity],
    machine: figures.machine,
    location: event.location,
    metric: figures.metric,
    sentence: figures.sentence,
    value: figures.value,
    limit: figures.limit,
    peak: figures.peak,
    since: time(event.raised_at),
    active_for: activeFor(item, reader),
    raises: isAgain ? `${event.raises}` : '',
    first_raised: isAgain ? time(event.first_raised_at) : '',
    cleared_at: kind === 'cleared' ? time(event.cleared_at) : '',
    acknowledged_by: kind === 'acknowledged' ? (event.acknowledged_by ?? '') : '',
    acknowledge_note: kind === 'acknowledged' ? (event.acknowledge_note ?? '') : '',
    response: advice(event.response),
    time_to_respond: sounds(item) && seconds !== null ? durationText(seconds, language) : '',
    cause: advice(event.cause),
    consequence: advice(event.consequence),
    note: item.passesQuietHours ? words.quiet : '',
    acknowledge_url: item.acknowledgeUrl ?? '',
    alert_url: item.pageUrl ?? '',
    chart_url: item.chartUrl ?? '',
  };
}

export function headline(
  item: ToldItem,
  reader: Reader,
  { sentence }: Pick<AlertFigures, 'sentence'> = alertFigures(item.event, reader.names, reader.language),
): string {
  const { kind, event } = item;
  const words = WORDS[reader.language];
  switch (kind) {
    case 'raised':
      return `${words.severity[event.severity]}: ${sentence}`;
    case 'escalated':
      return `${words.escalated}: ${sentence}`;
    case 'cleared':
      return `${words.cleared}: ${sentence}`;
    case 'acknowledged':
      return `${words.acknowledged(event.acknowledged_by ?? '')}: ${sentence}`;
    default:
      return `${words.stillActive(activeFor(item, reader))}: ${sentence}`;
  }
}

function activeFor({ event, kind }: ToldItem, { language, nowMs }: Reader): string {
  const untilMs = kind === 'cleared' && event.cleared_at !== null ? Date.parse(event.cleared_at) : nowMs;
  return roughDuration((untilMs - Date.parse(event.raised_at)) / 1000, language);
}

/** Such as `2026-01-15 17:30:05 Asia/Jakarta`. */
export function timeText(iso: string, zone: string): string {
  // Swedish writes dates as ISO 8601 does.
  return `${new Date(iso).toLocaleString('sv-SE', { timeZone: zone })} ${zone}`;
}
