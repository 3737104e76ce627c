// The heat grid without React: owns the canvas, follows live data, and draws only cells whose appearance changes.

import { conditionOf, type Machine } from '@gonsters/contract';
import type { Drawing } from '../../../live/frame-scheduler.ts';
import type { Live } from '../../../live/live.ts';
import { watchTheme } from '../../ui/theme/design-tokens.ts';
import { CanvasBand } from './canvas-band.ts';
import { type CellAt, cellNear, cellOrigin, type HeatLayout, type HeatStyle, layoutHeat } from './heat-layout.ts';
import { countCells, groupCells, type HeatCell, type HeatGroup, putInOrder, rankOf } from './heat-order.ts';
import { lookOf } from './heat-paint.ts';
import { type LimitsOfMetrics, proximityStep } from './limit-proximity.ts';

/** What is around the cells, reported whenever any of it changes. */
export interface HeatView {
  readonly layout: HeatLayout;
  readonly style: HeatStyle;
  readonly groups: readonly { name: string; total: number; counts: readonly number[] }[];
}

export interface HeatBoardParts {
  canvas: HTMLCanvasElement;
  live: Pick<Live, 'readings' | 'states' | 'alerts' | 'scheduler'>;
  onView: (view: HeatView) => void;
}

/** What the next drawing has to look at: each includes what follows from it. */
type Due = 'conditions' | 'values' | 'order' | 'layout' | 'paint';

/** Which style cells get for so many groups in so much width. */
export type ChooseStyle = (counts: readonly number[], width: number) => HeatStyle;

const DRAW_HZ = 10;
const NORMAL = rankOf('normal');

export class HeatBoard {
  readonly #parts: HeatBoardParts;
  readonly #band: CanvasBand;
  readonly #drawing: Drawing;
  readonly #ends: (() => void)[] = [];
  #machines: readonly Machine[] = [];
  #limitsOf: (machineId: string) => LimitsOfMetrics | null = () => null;
  #chooseStyle: ChooseStyle | null = null;
  #width = 0;
  #cells: HeatCell[] = [];
  #groups: HeatGroup[] = [];
  #view: HeatView | null = null;
  readonly #due = new Set<Due>();
  /** Somebody points at a cell: nothing moves until they leave. */
  #held = false;

  constructor(parts: HeatBoardParts) {
    this.#parts = parts;
    const { readings, states, alerts, scheduler } = parts.live;
    this.#drawing = scheduler.add(() => this.#draw(), DRAW_HZ);
    this.#band = new CanvasBand(parts.canvas, () => this.#plan('paint'));
    this.#ends.push(
      readings.watchAll(() => this.#plan('values')),
      states.signal.subscribe(() => this.#plan('conditions')),
      alerts.signal.subscribe(() => this.#plan('conditions')),
      watchTheme(() => {
        this.#band.forgetStrip();
        this.#plan('paint');
      }),
      () => this.#band.stop(),
      () => this.#drawing.remove(),
    );
  }

  stop(): void {
    for (const end of this.#ends) end();
  }

  /** By name; `limitsOf` gives null while the limits are not known. */
  setMachines(machines: readonly Machine[], limitsOf: (machineId: string) => LimitsOfMetrics | null): void {
    const before = new Map(this.#cells.map((cell) => [cell.id, cell]));
    this.#machines = machines;
    this.#limitsOf = limitsOf;
    this.#cells = machines.map(({ machine_id: id }, order) => {
      const { rank = NORMAL, step = 1 } = before.get(id) ?? {};
      return { id, rank, step, order };
    });
    this.#groups = groupCells(machines, this.#cells);
    this.#plan('conditions', 'values', 'layout');
  }

  setSpace(width: number, chooseStyle: ChooseStyle): void {
    this.#width = width;
    this.#chooseStyle = chooseStyle;
    this.#plan('layout');
  }

  hold(held: boolean): void {
    if (this.#held === held) return;
    this.#held = held;
    if (!held) this.#plan('order');
  }

  /** The cell nearest to a point of the grid. */
  near(x: number, y: number, slack: number): CellAt | null {
    return this.#view === null ? null : cellNear(this.#view.layout, x, y, slack);
  }

  machineAt({ group, index }: CellAt): Machine | null {
    const cell = this.#groups[group]?.cells[index];
    return cell ? (this.#machines[cell.order] ?? null) : null;
  }

  #plan(...what: Due[]): void {
    for (const each of what) this.#due.add(each);
    this.#drawing.mark();
  }

  #draw(): void {
    if (this.#width === 0 || this.#chooseStyle === null) return;
    const due = new Set(this.#due);
    this.#due.clear();
    // Values first: where a condition changed, cells are put in order by how near they are to a limit now.
    if (due.has('values') || due.has('conditions')) this.#readValues();
    const changed = due.has('conditions') && this.#readConditions();
    const moves = changed || due.has('order');
    if (this.#held && this.#view !== null && !due.has('layout')) {
      if (moves) {
        this.#due.add('order');
        this.#tell(this.#view.layout, this.#view.style);
      }
      this.#paint(due.has('paint'));
      return;
    }
    if (moves || due.has('layout')) {
      putInOrder(this.#groups);
      const counts = this.#groups.map((group) => group.cells.length);
      const style = this.#chooseStyle(counts, this.#width);
      this.#tell(layoutHeat(counts, this.#width, style), style);
    }
    this.#paint(moves || due.has('layout') || due.has('paint'));
  }

  #readValues(): void {
    const { readings } = this.#parts.live;
    let id = '';
    const valueAt = (metric: number) => readings.value(id, metric);
    for (const cell of this.#cells) {
      if (cell.rank !== NORMAL) continue;
      id = cell.id;
      const limits = this.#limitsOf(id);
      cell.step = limits === null ? 1 : proximityStep(valueAt, limits, cell.step);
    }
  }

  /** @returns whether any condition changed */
  #readConditions(): boolean {
    const { states, alerts } = this.#parts.live;
    let changed = false;
    for (const group of this.#groups) {
      for (const cell of group.cells) {
        const machine = this.#machines[cell.order] as Machine;
        const state = states.of(cell.id) ?? machine;
        const rank = rankOf(conditionOf(state.status, state.connection, alerts.alarmOf(cell.id)));
        if (rank === cell.rank) continue;
        cell.rank = rank;
        group.stale = true;
        changed = true;
      }
      if (group.stale) countCells(group);
    }
    return changed;
  }

  #tell(layout: HeatLayout, style: HeatStyle): void {
    this.#view = {
      layout,
      style,
      groups: this.#groups.map(({ name, cells, counts }) => ({ name, total: cells.length, counts: [...counts] })),
    };
    this.#parts.onView(this.#view);
  }

  #paint(whole: boolean): void {
    const layout = this.#view?.layout;
    if (!layout) return;
    const band = this.#band;
    band.begin({ width: this.#width, height: layout.height, count: this.#cells.length, size: layout.size }, whole);
    let first = 0;
    for (const [group, { cells }] of this.#groups.entries()) {
      const { cellsTop, rows } = layout.groups[group] ?? { cellsTop: 0, rows: 0 };
      if (band.shows(cellsTop, cellsTop + rows * layout.step)) {
        for (const [index, cell] of cells.entries()) {
          const { x, y } = cellOrigin(layout, { group, index });
          band.put(first + index, x, y, lookOf(cell));
        }
      }
      first += cells.length;
    }
  }
}
