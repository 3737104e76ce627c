// The handles of the limits in the right gutter of a plot: dragged, or moved by the arrow keys.

import type { EffectiveLimits, LimitKind } from '@gonsters/contract';
import { type KeyboardEvent, type PointerEvent, useRef } from 'react';
import { type PlotBox, type PlotScale, spreadOut } from '../../../charts/limit-plot/plot-geometry.ts';
import { isCriticalLimit, LIMIT_LABELS, limitMarks } from '../../../charts/limit-zones.ts';

const APART_PX = 26;
const MANY_STEPS = 10;
/** Between two handles, for what the upper one was. */
const ROOM_FOR_TWO_PX = 40;

export function LimitHandles({
  limits,
  was,
  scale,
  box,
  range: [lowest, highest],
  step,
  numberText,
  name,
  onLimit,
  onDrag,
}: {
  limits: EffectiveLimits;
  was: readonly { kind: LimitKind; text: string }[];
  scale: PlotScale;
  box: PlotBox;
  range: readonly [number, number];
  step: number;
  numberText: (value: number) => string;
  name: (kind: LimitKind) => string;
  onLimit: (kind: LimitKind, value: number) => void;
  onDrag: (dragging: boolean) => void;
}) {
  /** Between the pointer and the middle of the handle that it holds. */
  const held = useRef<{ kind: LimitKind; offset: number } | null>(null);
  const marks = limitMarks(limits);
  const places = spreadOut(
    marks.map(({ value }) => scale.y(value)),
    APART_PX,
    box.top + box.height,
  );
  const rounded = (value: number) => Number((Math.round(value / step) * step).toPrecision(12));
  const press = (event: KeyboardEvent, kind: LimitKind, value: number) => {
    const direction = {
      ArrowUp: 1,
      ArrowRight: 1,
      ArrowDown: -1,
      ArrowLeft: -1,
      PageUp: MANY_STEPS,
      PageDown: -MANY_STEPS,
    }[event.key];
    if (direction === undefined) return;
    event.preventDefault();
    onLimit(kind, rounded(value + direction * step * (event.shiftKey && Math.abs(direction) === 1 ? MANY_STEPS : 1)));
  };
  const move = (event: PointerEvent<HTMLElement>) => {
    if (held.current === null) return;
    const y =
      event.clientY - (event.currentTarget.parentElement?.getBoundingClientRect().top ?? 0) - held.current.offset;
    const value = scale.valueAt(Math.min(box.top + box.height, Math.max(box.top, y)));
    onLimit(held.current.kind, rounded(value));
  };
  const release = () => {
    held.current = null;
    onDrag(false);
  };
  return marks.map(({ kind, value }, i) => {
    const place = places[i] ?? 0;
    const hasRoom = places.every((other) => other <= place || other - place > ROOM_FOR_TWO_PX);
    const replaced = hasRoom ? was.find((each) => each.kind === kind) : undefined;
    return (
      <button
        key={kind}
        type="button"
        role="slider"
        aria-orientation="vertical"
        aria-label={name(kind)}
        aria-valuemin={lowest}
        aria-valuemax={highest}
        aria-valuenow={value}
        aria-valuetext={numberText(value)}
        className={isCriticalLimit(kind) ? 'limit-handle is-crit' : 'limit-handle'}
        style={{ top: place, left: box.left + box.width + 4 }}
        onKeyDown={(event) => press(event, kind, value)}
        onPointerDown={(event) => {
          if (event.button !== 0) return;
          event.currentTarget.setPointerCapture(event.pointerId);
          const top = event.currentTarget.parentElement?.getBoundingClientRect().top ?? 0;
          held.current = { kind, offset: event.clientY - top - scale.y(value) };
          onDrag(true);
        }}
        onPointerMove={move}
        onPointerUp={release}
        onPointerCancel={release}
      >
        <i aria-hidden="true" />
        {LIMIT_LABELS[kind]} {numberText(value)}
        {replaced ? <small>{replaced.text}</small> : null}
      </button>
    );
  });
}
