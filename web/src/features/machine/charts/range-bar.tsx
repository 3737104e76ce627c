// A value between its limits as a bar: the normal band, the critical limits, the value.

import { isCriticalLimit, LIMIT_LABELS, limitMarks, zoneOf } from '../../../charts/limit-zones.ts';
import type { MetricView } from '../../../components/domain/metrics/metric-view.ts';
import { useText } from '../../../i18n/use-text.ts';

/** Labels closer than this share of the bar would run into each other. */
const LABEL_ROOM = 0.27;
/** Shown beyond the outermost limits, as a share of what lies between them; more where nothing limits it from below. */
const MARGIN = 0.25;
const OPEN_BELOW = 0.75;

/** `value` in the unit that is shown. */
export function RangeBar({ metric, value }: { metric: MetricView; value: number }) {
  const { t, format } = useText();
  const { limits, decimals, unit } = metric;
  const marks = limitMarks(limits);
  const low = limits.low ?? limits.low_low;
  const high = limits.high ?? limits.high_high;
  const bounds = marks.map((mark) => mark.value);
  const place = scale(value, bounds, low === null ? OPEN_BELOW : MARGIN);
  const described = marks.map((mark) => `${LIMIT_LABELS[mark.kind]} ${format.number(mark.value, decimals)}`);
  const passed = zoneOf(value, limits);
  const labels = marks
    .filter((mark) => place(mark.value) >= 0 && place(mark.value) <= 1)
    .reverse()
    // The limit that is passed is named before all others.
    .sort((a, b) => Number(b.kind === passed) - Number(a.kind === passed))
    .map((mark) => ({
      at: Math.min(0.92, Math.max(0.08, place(mark.value))),
      text: `${LIMIT_LABELS[mark.kind]} ${format.number(mark.value)}`,
    }))
    .filter(spaced());
  return (
    <>
      <div
        className="range"
        role="img"
        aria-label={t('machine.range', {
          value: format.number(value, decimals),
          unit,
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

/** Shows a label where the labels before it leave space. */
function spaced(): (label: { at: number }) => boolean {
  const shown: number[] = [];
  return ({ at }) => {
    if (shown.some((other) => Math.abs(at - other) < LABEL_ROOM)) return false;
    shown.push(at);
    return true;
  };
}

const percent = (share: number) => `${(Math.min(1, Math.max(0, share)) * 100).toFixed(1)}%`;

/** The limits take the middle of the bar; without any, the value does. It begins below zero only where one of them lies there. */
function scale(value: number, limits: readonly number[], below: number): (at: number) => number {
  const points = limits.length > 0 ? limits : [Number.isNaN(value) ? 0 : value];
  const [lowest, highest] = [Math.min(...points), Math.max(...points)];
  const span = Math.max(highest - lowest, Math.abs(highest) * 0.6, 1);
  const from = lowest < 0 || value < 0 ? lowest - span * below : Math.max(0, lowest - span * below);
  const to = highest + span * MARGIN;
  return (at) => (at - from) / (to - from);
}
