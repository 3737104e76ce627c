// One bad actor: what rings, how much, and what would quieten it.

import type { BadActor, ImprovementChanges } from '@gonsters/contract';
import { Link } from '@tanstack/react-router';
import { History, Undo2 } from 'lucide-react';
import { useMay } from '../../../api/use-api.ts';
import { alertText } from '../../../components/domain/alerts/alert-text.ts';
import { useAlertTexts } from '../../../components/domain/alerts/use-alert-texts.ts';
import { putText } from '../../../components/domain/limits/put-text.ts';
import { keepPanelFilters } from '../../../components/domain/links.ts';
import { shownDifference } from '../../../components/domain/metrics/shown-difference.ts';
import { useFiguresText } from '../../../i18n/figures/use-figures-text.ts';
import { useReasonText } from '../../../i18n/reasons/use-reason-text.ts';

const FIELDS = ['limit', 'deadband', 'on_delay_seconds', 'off_delay_seconds'] as const;

export function ActorRow({
  actor,
  computing,
  busy,
  onApply,
  onUndo,
}: {
  actor: BadActor;
  computing: boolean;
  busy: boolean;
  /** Told what is changed, in words. */
  onApply: (words: string) => void;
  onUndo: (id: string) => void;
}) {
  const { say, format } = useFiguresText();
  const { noSuggestion } = useReasonText();
  const texts = useAlertTexts();
  const mayWrite = useMay('write:machines');
  const view = texts.metricNamed(actor.metric);
  const condition = alertText(texts, actor);
  const { suggestion, applied, machine_id: machineId, limit_kind: kind } = actor;
  const name = { machine: actor.machine_name, condition };
  const amount = (field: (typeof FIELDS)[number], stored: number | null) => {
    if (stored === null) return '–';
    if (field === 'on_delay_seconds' || field === 'off_delay_seconds')
      return `${format.number(stored)} ${format.units.s}`;
    const shown = field === 'deadband' ? shownDifference(view, stored) : Number(view.toShown(stored).toPrecision(10));
    const digits = Math.min(4, String(shown).split('.')[1]?.length ?? 0);
    return `${format.number(shown, digits)}${view.unit === '' ? '' : `\u00a0${view.unit}`}`;
  };
  const words = (changes: ImprovementChanges, current: Record<string, number | null> | null) =>
    FIELDS.filter((field) => changes[field] !== undefined)
      .map((field) =>
        say(`actors.change.${field}`, {
          from: current === null ? '' : amount(field, current[field] ?? null),
          to: amount(field, changes[field] ?? null),
        }),
      )
      .map((text) => text.replace('  ', ' '))
      .join(', ');
  const changeWords = suggestion === null ? '' : words(suggestion.changes, suggestion.current);
  return (
    <tr>
      <td className="strong">
        <b className="id">{actor.machine_name}</b>
        <span className="caption block">
          {condition} · {actor.location}
        </span>
      </td>
      <td className="right">
        <b>{format.number(actor.count)}</b>
      </td>
      <td className="right">{format.share(actor.share)}</td>
      <td className="right">{format.number(actor.chatter_index, 2)}</td>
      <td className="right">
        {actor.mean_active_seconds === null ? '–' : format.age(actor.mean_active_seconds * 1000)}
      </td>
      <td>
        <div className="actor-suggestion">
          <div className="min-w-0">
            {applied === null ? (
              suggestion === null ? (
                <span className="caption">
                  {actor.reason_code === null
                    ? computing
                      ? say('actors.waits')
                      : '–'
                    : noSuggestion(actor.reason_code)}
                </span>
              ) : (
                <>
                  <b>{changeWords}</b>
                  <span className="caption block">
                    {say('actors.effect', {
                      before: suggestion.before,
                      after: suggestion.after,
                      later: format.age(suggestion.latest_seconds * 1000),
                    })}
                  </span>
                </>
              )
            ) : (
              <>
                <b>{words(applied.changes, null)}</b>
                <span className="caption block">
                  {say('actors.applied.by', {
                    by: applied.by,
                    time: format.recent(Date.parse(applied.at), Date.now()),
                  })}
                </span>
              </>
            )}
          </div>
          <span className="actor-buttons">
            {machineId !== null && kind !== 'stale' ? (
              <Link
                to="/limits/$metric"
                params={{ metric: actor.metric }}
                search={(search) => ({
                  ...keepPanelFilters(search),
                  machine: machineId,
                  range: '30d' as const,
                  ...(suggestion === null || applied !== null ? {} : { put: putText(kind, suggestion.changes) }),
                })}
                className="button button-small button-quiet"
                aria-label={say('actors.look.of', name)}
              >
                <History size={14} strokeWidth={1.5} aria-hidden="true" />
                {say('actors.look')}
              </Link>
            ) : null}
            {applied !== null && mayWrite ? (
              <button
                type="button"
                className="button button-small"
                disabled={busy}
                aria-label={say('actors.undo.of', name)}
                onClick={() => onUndo(applied.id)}
              >
                <Undo2 size={14} strokeWidth={1.5} aria-hidden="true" />
                {say('actors.undo')}
              </button>
            ) : suggestion !== null && mayWrite ? (
              <button
                type="button"
                className="button button-small"
                disabled={busy}
                aria-label={say('actors.apply.of', name)}
                onClick={() => onApply(changeWords)}
              >
                {say('actors.apply')}
              </button>
            ) : null}
          </span>
        </div>
      </td>
    </tr>
  );
}
