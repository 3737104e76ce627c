// Dragging a metric from the list, or a chart by its title, onto a chart.

import type { DragEvent, DragEventHandler } from 'react';

const TYPE = 'application/x-metric';

export const dragsMetric = (name: string): { draggable: true; onDragStart: DragEventHandler<HTMLElement> } => ({
  draggable: true,
  onDragStart: ({ dataTransfer }) => {
    dataTransfer.setData(TYPE, name);
    dataTransfer.effectAllowed = 'copyMove';
  },
});

/** The name of the metric; null for anything else, which is left to the browser. */
export function droppedMetric(event: DragEvent<HTMLElement>): string | null {
  const name = event.dataTransfer.getData(TYPE);
  if (name === '') return null;
  event.preventDefault();
  event.stopPropagation();
  return name;
}
