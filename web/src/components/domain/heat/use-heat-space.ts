// Tells the heat board how much space it has, whenever that changes.

import { type RefObject, useEffect } from 'react';
import { readPixels } from '../../ui/theme/design-tokens.ts';
import type { HeatBoard } from './heat-board.ts';
import { deviceStyle, wallStyle } from './heat-style.ts';

export function useHeatSpace(
  board: HeatBoard | null,
  area: RefObject<HTMLDivElement | null>,
  fit: boolean,
  around: number,
): void {
  useEffect(() => {
    const element = area.current;
    if (board === null || element === null) return;
    const measure = () => {
      const { clientWidth, clientHeight } = element;
      const device = { cell: readPixels('cell'), gap: readPixels('cell-gap') };
      board.setSpace(clientWidth, fit ? wallStyle(clientHeight) : deviceStyle(device, window.innerHeight - around));
    };
    measure();
    // Its height is what the board itself asked for, unless it has to fit: then the width alone says little.
    const sizes = new ResizeObserver(measure);
    sizes.observe(element);
    window.addEventListener('resize', measure);
    return () => {
      sizes.disconnect();
      window.removeEventListener('resize', measure);
    };
  }, [board, area, fit, around]);
}
