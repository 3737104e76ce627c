// The decorative background of the sign-in screen: a field of cells, drawn once per size and theme.

import { useEffect, useRef } from 'react';
import { watchTheme } from './theme/design-tokens.ts';

const CELL_PX = 30;
const GAP_PX = 5;

export function CellBackground() {
  const ref = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    const canvas = ref.current;
    if (!canvas) return;
    const draw = () => drawCells(canvas);
    const sizes = new ResizeObserver(draw);
    sizes.observe(canvas);
    const endTheme = watchTheme(draw);
    return () => {
      sizes.disconnect();
      endTheme();
    };
  }, []);
  return <canvas ref={ref} />;
}

function drawCells(canvas: HTMLCanvasElement): void {
  const context = canvas.getContext('2d');
  if (!context) return;
  const { clientWidth: width, clientHeight: height } = canvas;
  const scale = window.devicePixelRatio || 1;
  canvas.width = Math.round(width * scale);
  canvas.height = Math.round(height * scale);
  context.scale(scale, scale);
  const style = getComputedStyle(canvas);
  const colours = [1, 2, 3, 4].map((step) => style.getPropertyValue(`--cell-${step}`));
  const random = fixedRandom(11);
  const step = CELL_PX + GAP_PX;
  for (let y = -GAP_PX; y < height; y += step) {
    for (let x = -GAP_PX; x < width; x += step) {
      const chance = random();
      const distance = Math.hypot((x - width / 2) / width, (y - height / 2) / height);
      context.globalAlpha = Math.max(0.06, 0.9 - distance * 1.35) * (0.3 + 0.7 * chance * chance);
      context.fillStyle = colours[chance > 0.97 ? 3 : chance > 0.8 ? 2 : chance > 0.45 ? 1 : 0] ?? '';
      context.beginPath();
      context.roundRect(x, y, CELL_PX, CELL_PX, 4);
      context.fill();
    }
  }
}

/** The same picture every time. */
function fixedRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1_664_525 + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}
