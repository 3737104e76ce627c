// All machines as one cell each, by location, worst first. A click, tap or key opens a machine.

import type { Machine } from '@gonsters/contract';
import { type KeyboardEvent, type PointerEvent, useEffect, useRef, useState } from 'react';
import { useText } from '../../../i18n/use-text.ts';
import { useLive } from '../../../live/use-live.ts';
import { useFleetLimits } from '../limits/use-fleet-limits.ts';
import { HeatBoard, type HeatView } from './heat-board.ts';
import { HeatLabels } from './heat-labels.tsx';
import { type CellAt, type CellMove, cellOrigin, moveCell } from './heat-layout.ts';
import { HeatLegend } from './heat-legend.tsx';
import { CellTip, useReadout } from './heat-tip.tsx';
import { useHeatSpace } from './use-heat-space.ts';

/** A finger is not exact: the nearest cell within this distance is meant. */
const TOUCH_SLACK_PX = 14;
const POINTER_SLACK_PX = 2;
const POINTING_MS = 5_000;
const MOVES: Readonly<Record<string, CellMove>> = {
  ArrowLeft: 'left',
  ArrowRight: 'right',
  ArrowUp: 'up',
  ArrowDown: 'down',
  Home: 'first',
  End: 'last',
};

/** `by` says whether the cell is shown because of the pointer or the keyboard: the latter is read out. */
interface Shown {
  at: CellAt;
  machine: Machine;
  by: 'pointer' | 'keyboard';
}

/**
 * `machines` are sorted by name. `fit` makes cells as large as the surrounding box, which has a height of its own, allows;
 * otherwise they have the size for the device, or a little less where that keeps the grid, with `around` pixels above and
 * below it, on one screen.
 */
export function HeatGrid({
  machines,
  fit = false,
  around = 0,
  onOpen,
}: {
  machines: readonly Machine[];
  fit?: boolean;
  around?: number;
  onOpen: (machineId: string) => void;
}) {
  const { t } = useText();
  const live = useLive();
  const limitsOf = useFleetLimits();
  const canvas = useRef<HTMLCanvasElement>(null);
  const area = useRef<HTMLDivElement>(null);
  const [board, setBoard] = useState<HeatBoard | null>(null);
  const [view, setView] = useState<HeatView | null>(null);
  const [shown, setShown] = useState<Shown | null>(null);
  useEffect(() => {
    if (!canvas.current) return;
    const made = new HeatBoard({ canvas: canvas.current, live, onView: setView });
    setBoard(made);
    return () => made.stop();
  }, [live]);
  useEffect(() => board?.setMachines(machines, limitsOf), [board, machines, limitsOf]);
  useHeatSpace(board, area, fit, around);
  // Whatever one points at stays where it is, for as long as the pointer does more than lie there.
  useEffect(() => {
    board?.hold(shown !== null);
    if (shown?.by !== 'pointer') return;
    const timer = setTimeout(() => board?.hold(false), POINTING_MS);
    return () => clearTimeout(timer);
  }, [board, shown]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: cells may have moved with the new view
  useEffect(() => {
    setShown((before) =>
      before && board?.machineAt(before.at)?.machine_id !== before.machine.machine_id ? null : before,
    );
  }, [board, view]);

  const show = (at: CellAt | null, by: Shown['by']) => {
    const machine = at && board?.machineAt(at);
    if (!at || !machine) setShown(null);
    else if (shown?.machine !== machine || shown.by !== by) setShown({ at, machine, by });
  };
  const cellUnder = (event: { clientX: number; clientY: number; currentTarget: Element }, slack: number) => {
    const box = event.currentTarget.getBoundingClientRect();
    return board?.near(event.clientX - box.left, event.clientY - box.top, slack) ?? null;
  };
  const open = (at: CellAt | null) => {
    const machine = at && board?.machineAt(at);
    if (machine) onOpen(machine.machine_id);
  };
  const onPointerMove = (event: PointerEvent) => {
    if (event.pointerType !== 'touch') show(cellUnder(event, POINTER_SLACK_PX), 'pointer');
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const from = shown?.at ?? { group: 0, index: 0 };
    const move = MOVES[event.key];
    if (move !== undefined && view) show(shown ? moveCell(view.layout, from, move) : from, 'keyboard');
    else if ((event.key === 'Enter' || event.key === ' ') && shown) open(from);
    else if (event.key === 'Escape' && shown) setShown(null);
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  const place = shown && view ? { ...cellOrigin(view.layout, shown.at), size: view.layout.size } : null;
  return (
    <div className={fit ? 'heat heat-fit' : 'heat'}>
      <div ref={area} className="heat-area" style={fit ? undefined : { height: view?.layout.height }}>
        {view ? <HeatLabels view={view} /> : null}
        <div
          role="application"
          aria-roledescription={t('heat.role')}
          aria-label={t('heat.label', { count: machines.length })}
          // biome-ignore lint/a11y/noNoninteractiveTabindex: the arrow keys move from cell to cell
          tabIndex={0}
          className={shown?.by === 'pointer' ? 'heat-cells is-over' : 'heat-cells'}
          onPointerMove={onPointerMove}
          onPointerLeave={() => setShown(null)}
          onClick={(event) => {
            const touch =
              event.nativeEvent instanceof globalThis.PointerEvent && event.nativeEvent.pointerType === 'touch';
            const at = cellUnder(event, touch ? TOUCH_SLACK_PX : POINTER_SLACK_PX);
            // A finger points at nothing before: the cell that it met shows so.
            show(at, 'pointer');
            open(at);
          }}
          onFocus={(event) => {
            if (event.currentTarget.matches(':focus-visible')) show({ group: 0, index: 0 }, 'keyboard');
          }}
          onBlur={() => setShown(null)}
          onKeyDown={onKeyDown}
        >
          <canvas ref={canvas} />
        </div>
        {shown && place ? (
          <>
            <i className="heat-ring" style={{ left: place.x, top: place.y, width: place.size, height: place.size }} />
            <CellTip machine={shown.machine} place={place} width={area.current?.clientWidth ?? 0} />
          </>
        ) : null}
      </div>
      <Readout machine={shown?.by === 'keyboard' ? shown.machine : null} />
      {/* Not above where it will stand once it is known how much room the cells take. */}
      {view || fit ? <HeatLegend /> : null}
    </div>
  );
}

function Readout({ machine }: { machine: Machine | null }) {
  return (
    <div className="sr-only" role="status">
      {machine ? <MachineReadout key={machine.machine_id} machine={machine} /> : null}
    </div>
  );
}

function MachineReadout({ machine }: { machine: Machine }) {
  return <>{useReadout(machine)}</>;
}
