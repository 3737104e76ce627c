import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cellNear, cellOrigin, fitStyle, type HeatStyle, layoutHeat, moveCell } from './heat-layout.ts';

const BESIDE: HeatStyle = { cell: 15, gap: 2, groupGap: 8, labelWidth: 150, labelHeight: 35 };
const ABOVE: HeatStyle = { cell: 22, gap: 4, groupGap: 14, labelWidth: 0, labelHeight: 24 };

const counts = fc.array(fc.integer({ min: 1, max: 60 }), { minLength: 1, maxLength: 12 });
const grid = fc.record({
  counts,
  width: fc.integer({ min: 200, max: 1600 }),
  style: fc.constantFrom(BESIDE, ABOVE),
});
const cellsOf = (of: readonly number[]) =>
  of.flatMap((count, group) => Array.from({ length: count }, (_, index) => ({ group, index })));

describe('the layout of the heat grid', () => {
  it('puts 500 machines of eight locations on less than 400 pixels beside two open panels', () => {
    const layout = layoutHeat([120, 64, 34, 72, 38, 86, 56, 30], 704, BESIDE);
    expect(layout.columns).toBeGreaterThanOrEqual(32);
    expect(layout.height).toBeLessThanOrEqual(400);
    expect(layout.left + layout.columns * layout.step - 2).toBeCloseTo(704);
  });

  it('uses the whole width below a label that stands above', () => {
    const layout = layoutHeat([120], 334, ABOVE);
    expect(layout.left).toBe(0);
    expect(layout.columns * layout.step - 4).toBeCloseTo(334);
    expect(layout.size).toBeGreaterThanOrEqual(22);
  });

  it('keeps every cell inside of the grid and apart from every other', () => {
    fc.assert(
      fc.property(grid, ({ counts: of, width, style }) => {
        const layout = layoutHeat(of, width, style);
        const taken = new Set<string>();
        for (const cell of cellsOf(of)) {
          const { x, y } = cellOrigin(layout, cell);
          expect(x).toBeGreaterThanOrEqual(style.labelWidth === 0 ? 0 : style.labelWidth - 1e-9);
          expect(x + layout.size).toBeLessThanOrEqual(width + 1e-6);
          expect(y + layout.size).toBeLessThanOrEqual(layout.height + 1e-6);
          taken.add(`${x} ${y}`);
        }
        expect(taken.size).toBe(cellsOf(of).length);
      }),
    );
  });

  it('takes the first style that fits, and the last resort where none does', () => {
    const small = { ...BESIDE, cell: 8 };
    expect(fitStyle([100], 300, 60, [BESIDE, small], ABOVE)).toBe(
      layoutHeat([100], 300, small).height <= 60 ? small : ABOVE,
    );
    expect(fitStyle([10_000], 300, 60, [BESIDE, small], ABOVE)).toBe(ABOVE);
  });
});

describe('the cell under a point', () => {
  it('is the one whose middle is pointed at, whichever it is', () => {
    fc.assert(
      fc.property(grid, ({ counts: of, width, style }) => {
        const layout = layoutHeat(of, width, style);
        for (const cell of cellsOf(of)) {
          const { x, y } = cellOrigin(layout, cell);
          expect(cellNear(layout, x + layout.size / 2, y + layout.size / 2, 0)).toEqual(cell);
        }
      }),
    );
  });

  it('is the nearest one for a finger beside it, and none too far away', () => {
    const layout = layoutHeat([3, 40], 334, ABOVE);
    const { x, y } = cellOrigin(layout, { group: 0, index: 2 });
    expect(cellNear(layout, x + layout.size + 10, y + 5, 14)).toEqual({ group: 0, index: 2 });
    expect(cellNear(layout, x + layout.size + 10, y + 5, 4)).toBeNull();
    expect(cellNear(layout, x + layout.size / 2, y - 6, 14)).toEqual({ group: 0, index: 2 });
  });
});

describe('moving from cell to cell', () => {
  it('reaches every cell with the right arrow, and comes back with the left one', () => {
    fc.assert(
      fc.property(grid, ({ counts: of, width, style }) => {
        const layout = layoutHeat(of, width, style);
        const all = cellsOf(of);
        let at = moveCell(layout, { group: 0, index: 0 }, 'first');
        for (const cell of all) {
          expect(at).toEqual(cell);
          at = moveCell(layout, at, 'right');
        }
        expect(at).toEqual(all.at(-1));
        for (const cell of all.toReversed()) {
          expect(at).toEqual(cell);
          at = moveCell(layout, at, 'left');
        }
      }),
    );
  });

  it('goes up and down by rows, over the borders of locations, and never out of the grid', () => {
    const layout = layoutHeat([40, 3, 40], 334, ABOVE);
    const { columns } = layout;
    expect(moveCell(layout, { group: 0, index: 5 }, 'down')).toEqual({ group: 0, index: 5 + columns });
    const lastRow = Math.floor(39 / columns) * columns;
    expect(moveCell(layout, { group: 0, index: lastRow }, 'down')).toEqual({ group: 1, index: 0 });
    expect(moveCell(layout, { group: 1, index: 2 }, 'down')).toEqual({ group: 2, index: 2 });
    expect(moveCell(layout, { group: 1, index: 0 }, 'up')).toEqual({ group: 0, index: lastRow });
    expect(moveCell(layout, { group: 0, index: 1 }, 'up')).toEqual({ group: 0, index: 1 });
    expect(moveCell(layout, { group: 0, index: 1 }, 'last')).toEqual({ group: 2, index: 39 });
  });
});
