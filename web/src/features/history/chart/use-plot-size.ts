// The position and width of the plot in its figure, for overlays and for the number of points to request.

import { type RefObject, useLayoutEffect, useState } from 'react';
import { gutterOf } from '../../../charts/history/history-options.ts';

export interface PlotPlace {
  left: number;
  /** 0 before it is known. */
  width: number;
}

export function usePlotPlace(ref: RefObject<HTMLElement | null>): PlotPlace {
  const [widthPx, setWidthPx] = useState(0);
  useLayoutEffect(() => {
    const element = ref.current;
    if (!element) return;
    const measure = () => setWidthPx(element.clientWidth);
    measure();
    const sizes = new ResizeObserver(measure);
    sizes.observe(element);
    return () => sizes.disconnect();
  }, [ref]);
  const { left, right } = gutterOf(widthPx);
  return { left, width: Math.max(0, widthPx - left - right) };
}
