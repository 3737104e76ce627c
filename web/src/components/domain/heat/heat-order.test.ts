import { MACHINE_CONDITIONS, type MachineCondition } from '@gonsters/contract';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { countCells, groupCells, type HeatCell, putInOrder, rankOf } from './heat-order.ts';
import type { ProximityStep } from './limit-proximity.ts';

type Row = [name: string, location: string, condition: MachineCondition, step?: ProximityStep];

/** `rows` stand by name, as the server sends them. */
function groupsOf(rows: readonly Row[]) {
  const cells = rows.map(
    ([id, , condition, step = 1], order): HeatCell => ({ id, rank: rankOf(condition), step, order }),
  );
  const groups = groupCells(
    rows.map(([, location]) => ({ location })),
    cells,
  );
  groups.forEach(countCells);
  putInOrder(groups);
  return { groups, cells };
}
const shown = (groups: ReturnType<typeof groupsOf>['groups']) =>
  groups.map((group) => [group.name, ...group.cells.map((cell) => cell.id)]);

describe('the order of the heat grid', () => {
  it('has the worst location first and the worst machines first in it, then what is near a limit', () => {
    const { groups } = groupsOf([
      ['a1', 'Hall A', 'normal', 1],
      ['a2', 'Hall A', 'inactive'],
      ['a3', 'Hall A', 'normal', 4],
      ['a4', 'Hall A', 'warning_acked'],
      ['b1', 'Hall B', 'normal'],
      ['c1', 'Hall C', 'stale'],
      ['c2', 'Hall C', 'critical'],
    ]);
    expect(shown(groups)).toEqual([
      ['Hall C', 'c2', 'c1'],
      ['Hall A', 'a4', 'a3', 'a1', 'a2'],
      ['Hall B', 'b1'],
    ]);
  });

  it('has the location with more machines of the worst condition first, and calm ones by name', () => {
    const { groups } = groupsOf([
      ['1', 'Hall 10', 'normal'],
      ['2', 'Hall 9', 'never'],
      ['3', 'Few', 'warning'],
      ['4', 'Many', 'warning'],
      ['5', 'Many', 'warning'],
      ['6', 'Hall 2', 'maintenance'],
    ]);
    expect(groups.map((group) => group.name)).toEqual(['Many', 'Few', 'Hall 2', 'Hall 9', 'Hall 10']);
  });

  it('moves nothing while only values change', () => {
    const { groups, cells } = groupsOf([
      ['a', 'Hall', 'normal', 1],
      ['b', 'Hall', 'normal', 3],
    ]);
    const before = shown(groups);
    (cells[0] as HeatCell).step = 4;
    putInOrder(groups);
    expect(shown(groups)).toEqual(before);
  });

  it('moves only the machines of the location in which a condition changed', () => {
    const { groups, cells } = groupsOf([
      ['a1', 'Hall A', 'normal', 1],
      ['a2', 'Hall A', 'normal', 3],
      ['b1', 'Hall B', 'normal', 1],
      ['b2', 'Hall B', 'normal', 1],
    ]);
    (cells[0] as HeatCell).step = 4;
    (cells[3] as HeatCell).rank = rankOf('critical');
    const hallB = groups.find((group) => group.name === 'Hall B');
    if (hallB) {
      hallB.stale = true;
      countCells(hallB);
    }
    putInOrder(groups);
    expect(shown(groups)).toEqual([
      ['Hall B', 'b2', 'b1'],
      ['Hall A', 'a2', 'a1'],
    ]);
  });

  it('shows every machine once, whatever its condition', () => {
    const row = fc.tuple(fc.uuid(), fc.constantFrom('A', 'B', 'C'), fc.constantFrom(...MACHINE_CONDITIONS));
    fc.assert(
      fc.property(fc.uniqueArray(row, { selector: ([id]) => id, maxLength: 50 }), (rows) => {
        const { groups } = groupsOf(rows);
        const ids = groups.flatMap((group) => group.cells.map((cell) => cell.id));
        expect(ids.toSorted()).toEqual(rows.map(([id]) => id).toSorted());
        for (const group of groups) {
          const ranks = group.cells.map((cell) => cell.rank);
          expect(ranks).toEqual(ranks.toSorted((a, b) => a - b));
          expect(group.counts.reduce((sum, count) => sum + count, 0)).toBe(group.cells.length);
        }
      }),
    );
  });
});
