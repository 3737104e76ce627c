// The sizes of cells and labels: by device, by available space, or as large as a wall screen allows.

import type { ChooseStyle } from './heat-board.ts';
import { fitStyle, type HeatStyle } from './heat-layout.ts';

/** Below this width, labels are above their cells. */
const NARROW_PX = 480;
const ABOVE = { groupGap: 14, labelWidth: 0, labelHeight: 24 };
const BESIDE = { groupGap: 8, labelWidth: 150, labelHeight: 35 };
/** Name and counts in one line. */
const TIGHT = { groupGap: 5, labelWidth: 192, labelHeight: 18 };
/** Smaller than this, a shape is no longer one. */
const LEAST_CELL = 12;
const WALL = { most: 96, leastWithLabels: 14, least: 4 };

/** Cells of the device's size; smaller ones where with them all machines are within `room`. */
export function deviceStyle(device: { cell: number; gap: number }, room: number): ChooseStyle {
  return (counts, width) => {
    if (width < NARROW_PX) return { ...device, ...ABOVE };
    const styles: HeatStyle[] = [{ ...device, ...BESIDE }];
    for (let cell = device.cell; cell >= LEAST_CELL; cell--) styles.push({ cell, gap: device.gap, ...TIGHT });
    return fitStyle(counts, width, room, styles, { ...device, ...BESIDE });
  };
}

/** As large as fits into a box without scrolling. */
export function wallStyle(height: number): ChooseStyle {
  return (counts, width) => {
    const labelWidth = Math.round(Math.min(260, Math.max(150, width * 0.24)));
    const styles: HeatStyle[] = [];
    const add = (cell: number, labelHeight: number) => {
      const gap = Math.max(1, Math.round(cell / 5));
      styles.push({ cell, gap, groupGap: Math.max(4, Math.round(cell / 2)), labelWidth, labelHeight });
    };
    for (let cell = WALL.most; cell >= WALL.leastWithLabels; cell--) add(cell, 44);
    for (let cell = WALL.most; cell >= WALL.least; cell--) add(cell, 20);
    return fitStyle(counts, width, height, styles, styles.at(-1) as HeatStyle);
  };
}
