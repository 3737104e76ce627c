// A value between its limits, at a glance: the normal band, the critical ticks, the point.

import { type EffectiveLimits, METRICS } from '@gonsters/contract';
import { useText } from '../../i18n/use-text.ts';
import { isCriticalLimit, LIMIT_LABELS, limitMarks } from './limit-zones.ts';

/** Labels closer than this share of the bar would run into each other. */
const LABEL_ROOM = 0.14;

export function RangeBar({ metric, value, limits }: { metric: number; value: number; limits: EffectiveLimits }) {
  const { t, format } = useText();
  const definition = METRICS[metric];
  const marks = limitMarks(limits);
  const place = scale(
    value,
    marks.map((mark) => mark.value),
    definition?.min ?? 0,
  );
  const low = limits.low ?? limits.low_low;
  const high = limits.high ?? limits.high_high;
  const described = marks.map(
    (mark) => `${LIMIT_LABELS[mark.kind]} ${format.number(mark.value, definition?.decimals)}`,
  );
  const labels = marks
    .filter((mark) => place(mark.value) >= 0 && place(mark.value) <= 1)
    .reverse()
    .map((mark) => ({
      at: Math.min(0.94, Math.max(0.06, place(mark.value))),
      text: `${LIMIT_LABELS[mark.kind]} ${format.number(mark.value)}`,
    }))
    .filter((label, i, all) => i === 0 || label.at - (all[i - 1]?.at ?? 0) >= LABEL_ROOM);
  return (
    <>
      <div
        className="range"
        role="img"
        aria-label={t('machine.range', {
          value: format.number(value, definition?.decimals),
          unit: definition?.unit ?? '',
          limits: described.length === 0 ? t('machine.no_limits') : described.join(', '),
        })}
      >
        {marks.length === 0 ? null : (
          <span
            className="range-band"
            style={{
              left: percent(low === null ? 0 : place(low)),
              right: percent(high === null ? 0 : 1 - place(high)),
            }}
          />
        )}
        {marks
          .filter((mark) => isCriticalLimit(mark.kind))
          .map((mark) => (
            <span key={mark.kind} className="range-tick" style={{ left: percent(place(mark.value)) }} />
          ))}
        {Number.isNaN(value) ? null : <span className="range-point" style={{ left: percent(place(value)) }} />}
      </div>
      <div className="range-labels" aria-hidden="true">
        {labels.map((label) => (
          <span key={label.text} style={{ left: percent(label.at) }}>
            {label.text}
          </span>
        ))}
      </div>
    </>
  );
}

const percent = (share: number) => `${(Math.min(1, Math.max(0, share)) * 100).toFixed(1)}%`;

/** The limits take the middle of the bar; without any, the value does. */
function scale(value: number, limits: readonly number[], least: number): (at: number) => number {
  const points = limits.length > 0 ? limits : [Number.isNaN(value) ? least : value];
  const [lowest, highest] = [Math.min(...points), Math.max(...points)];
  const span = Math.max(highest - lowest, Math.abs(highest) * 0.6, 1);
  const from = Math.max(least, lowest - span * (limits.length > 1 ? 0.3 : 0.6));
  const to = highest + span * 0.3;
  return (at) => (at - from) / (to - from);
}
