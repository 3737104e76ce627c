// The geometry of the heat grid in CSS pixels: positions and sizes of cells, the cell at a point, the neighbour of a cell.

export interface HeatStyle {
  cell: number;
  gap: number;
  /** Between two groups. */
  groupGap: number;
  /** Beside the cells; 0 puts the label above them. */
  labelWidth: number;
  /** A group is at least as high as its label. */
  labelHeight: number;
}

export interface GroupPlace {
  /** Of the group with its label. */
  top: number;
  /** Of its first cell. */
  cellsTop: number;
  rows: number;
  count: number;
}

export interface HeatLayout {
  columns: number;
  /** From one cell to the next. */
  step: number;
  size: number;
  /** Left edge of the first column. */
  left: number;
  height: number;
  groups: readonly GroupPlace[];
}

/** A cell by its group and its place in it. */
export interface CellAt {
  group: number;
  index: number;
}

export function layoutHeat(counts: readonly number[], width: number, style: HeatStyle): HeatLayout {
  const { cell, gap, groupGap, labelWidth, labelHeight } = style;
  const above = labelWidth === 0;
  const room = Math.max(cell, width - labelWidth);
  const columns = Math.max(1, Math.floor((room + gap) / (cell + gap)));
  // Below a label above, cells take the whole width; beside one they end flush with the right edge.
  const step = above ? (room + gap) / columns : cell + gap;
  const left = above ? 0 : Math.max(0, width - columns * step + gap);
  let top = 0;
  const groups = counts.map((count): GroupPlace => {
    const rows = Math.ceil(count / columns);
    const cellsTop = above ? top + labelHeight : top;
    const place = { top, cellsTop, rows, count };
    top = cellsTop + Math.max(above ? 0 : labelHeight, rows * step - gap) + groupGap;
    return place;
  });
  return { columns, step, size: step - gap, left, height: Math.max(0, top - groupGap), groups };
}

/** The first of the styles that fits into the height; where none does, `otherwise`. */
export function fitStyle(
  counts: readonly number[],
  width: number,
  height: number,
  styles: readonly HeatStyle[],
  otherwise: HeatStyle,
): HeatStyle {
  return styles.find((style) => layoutHeat(counts, width, style).height <= height) ?? otherwise;
}

export function cellOrigin(layout: HeatLayout, { group, index }: CellAt): { x: number; y: number } {
  const place = layout.groups[group] as GroupPlace;
  return {
    x: layout.left + (index % layout.columns) * layout.step,
    y: place.cellsTop + Math.floor(index / layout.columns) * layout.step,
  };
}

/** The cell nearest to a point, at most `slack` pixels away from it. */
export function cellNear(layout: HeatLayout, x: number, y: number, slack: number): CellAt | null {
  let best: CellAt | null = null;
  let bestDistance = slack;
  for (const [group, { cellsTop, rows, count }] of layout.groups.entries()) {
    const bottom = cellsTop + rows * layout.step;
    if (count === 0 || y < cellsTop - slack || y > bottom + slack) continue;
    // Only the row that the point is in, and the one next to it, can hold the nearest.
    const at = Math.floor((y - cellsTop) / layout.step);
    for (let row = Math.max(0, at - 1); row <= Math.min(rows - 1, at + 1); row++) {
      const inRow = row === rows - 1 ? count - row * layout.columns : layout.columns;
      const column = Math.min(inRow - 1, Math.max(0, Math.floor((x - layout.left) / layout.step)));
      for (const candidate of [column, Math.min(inRow - 1, column + 1)]) {
        const index = row * layout.columns + candidate;
        const origin = cellOrigin(layout, { group, index });
        const distance = Math.hypot(outside(x, origin.x, layout.size), outside(y, origin.y, layout.size));
        if (distance < bestDistance || (distance === 0 && best === null)) {
          best = { group, index };
          bestDistance = distance;
        }
      }
    }
  }
  return best;
}

const outside = (at: number, from: number, size: number) => Math.max(from - at, at - (from + size), 0);

export type CellMove = 'left' | 'right' | 'up' | 'down' | 'first' | 'last';

/** One cell on, over the borders of groups; at the ends it stays. */
export function moveCell(layout: HeatLayout, from: CellAt, move: CellMove): CellAt {
  const { groups, columns } = layout;
  const lastOf = (group: number) => (groups[group]?.count ?? 1) - 1;
  switch (move) {
    case 'first':
      return { group: 0, index: 0 };
    case 'last':
      return { group: groups.length - 1, index: lastOf(groups.length - 1) };
    case 'left':
      if (from.index > 0) return { ...from, index: from.index - 1 };
      return from.group > 0 ? { group: from.group - 1, index: lastOf(from.group - 1) } : from;
    case 'right':
      if (from.index < lastOf(from.group)) return { ...from, index: from.index + 1 };
      return from.group < groups.length - 1 ? { group: from.group + 1, index: 0 } : from;
    case 'up':
      if (from.index >= columns) return { ...from, index: from.index - columns };
      return from.group > 0 ? inRow(layout, from.group - 1, 'last', from.index % columns) : from;
    case 'down': {
      const row = Math.floor(from.index / columns);
      if (row < (groups[from.group]?.rows ?? 1) - 1) {
        return { ...from, index: Math.min(lastOf(from.group), from.index + columns) };
      }
      return from.group < groups.length - 1 ? inRow(layout, from.group + 1, 'first', from.index % columns) : from;
    }
  }
}

function inRow(layout: HeatLayout, group: number, row: 'first' | 'last', column: number): CellAt {
  const { rows, count } = layout.groups[group] as GroupPlace;
  const start = row === 'first' ? 0 : (rows - 1) * layout.columns;
  return { group, index: Math.min(count - 1, start + column) };
}
