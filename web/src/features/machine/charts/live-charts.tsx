// The stacked charts as React components: frames, keyboard and taps. Their content is drawn without React.

import { type KeyboardEvent, type ReactNode, type RefObject, useEffect, useId, useRef, useState } from 'react';
import 'uplot/dist/uPlot.min.css';
import type { MetricView } from '../../../components/domain/metrics/metric-view.ts';
import { useText } from '../../../i18n/use-text.ts';
import { useLive } from '../../../live/use-live.ts';
import { ChartFigure, type FigureParts } from './chart-figure.tsx';
import { ChartStack, type StackView } from './chart-stack.ts';
import { MarkerPopover, type PickedMarkers } from './marker-popover.tsx';
import { droppedMetric } from './metric-drag.ts';

const KEY_STEP_PX = 4;
const FAST = 10;
/** Half of a finger. */
const REACH_PX = 14;
const KEYS: Record<string, (stack: ChartStack, fast: boolean) => void> = {
  ArrowLeft: (stack, fast) => stack.moveCursor(-KEY_STEP_PX * (fast ? FAST : 1)),
  ArrowRight: (stack, fast) => stack.moveCursor(KEY_STEP_PX * (fast ? FAST : 1)),
  Home: (stack) => stack.setCursor(0),
  End: (stack) => stack.setCursor(Number.MAX_SAFE_INTEGER),
  Escape: (stack) => stack.hideCursor(),
};

export function LiveCharts({
  machineId,
  gapWords,
  onOpenMoment,
  tools,
  onDropMetric,
  ...view
}: StackView & {
  machineId: string;
  /** The element with the text about gaps. */
  gapWords: RefObject<HTMLElement | null>;
  onOpenMoment: (timeMs: number) => void;
  /** Of the title of a chart. */
  tools: (metric: MetricView) => ReactNode;
  /** `name` is dropped on the chart of a metric. */
  onDropMetric: (name: string, onto: MetricView) => void;
}) {
  const live = useLive();
  const texts = useText();
  const { language } = texts;
  const { source, windowMs, charts } = view;
  // Equal lists are one: then nothing is made anew.
  const drawn = charts.map(({ name, kind, unit, decimals }) => [name, kind, unit, decimals].join(' ')).join();
  const syncKey = useId();
  const figures = useRef<(FigureParts | null)[]>([]);
  const latest = useRef<StackView>(view);
  const [stack, setStack] = useState<ChartStack | null>(null);
  const [picked, setPicked] = useState<PickedMarkers | null>(null);

  useEffect(() => {
    latest.current = view;
    stack?.mark();
  });

  // biome-ignore lint/correctness/useExhaustiveDependencies: the language stands for its texts, the names for the charts
  useEffect(() => {
    const tellGaps = (words: string) => {
      if (gapWords.current) gapWords.current.textContent = words;
    };
    const made = new ChartStack({
      machineId,
      figures: latest.current.charts.map((_, chart) => figures.current[chart]).filter((figure) => figure != null),
      syncKey,
      live,
      texts,
      view: () => latest.current,
      onGaps: tellGaps,
    });
    setStack(made);
    return () => {
      setStack(null);
      made.destroy();
      tellGaps('');
    };
  }, [machineId, language, syncKey, live, gapWords, drawn]);
  useEffect(() => stack?.watch(source), [stack, source]);
  useEffect(() => stack?.keepTime(windowMs), [stack, windowMs]);

  const onKey = (event: KeyboardEvent, metric: number) => {
    const act = KEYS[event.key];
    const cursor = stack?.cursorOf(metric);
    if (act && stack) act(stack, event.shiftKey);
    else if (event.key === 'Enter' && cursor && cursor.markers.length > 0) {
      setPicked({ metric, markers: cursor.markers, xPx: cursor.leftPx });
    } else return;
    event.preventDefault();
  };
  const onPick = (metric: number, xPx: number, yPx: number) => {
    const markers = stack?.markersAt(metric, xPx, yPx, REACH_PX) ?? [];
    if (markers.length > 0) setPicked({ metric, markers, xPx });
  };

  return (
    <>
      {charts.map((metric, index) => (
        <ChartFigure
          key={metric.name}
          metric={metric}
          minutes={windowMs / 60_000}
          last={index === charts.length - 1}
          tools={tools(metric)}
          onDrop={(event) => {
            const name = droppedMetric(event);
            if (name !== null) onDropMetric(name, metric);
          }}
          onKeyDown={(event) => onKey(event, index)}
          // A finger that moves along reads the values; the browser keeps the vertical for scrolling.
          onPointerMove={({ pointerType, clientX, currentTarget }) => {
            if (pointerType !== 'mouse') stack?.setCursor(clientX - currentTarget.getBoundingClientRect().left);
          }}
          onPick={(xPx, yPx) => onPick(index, xPx, yPx)}
          ref={(parts) => {
            figures.current[index] = parts;
          }}
        />
      ))}
      {picked ? (
        <MarkerPopover
          machineId={machineId}
          stored={view.alerts}
          raisesOf={view.raisesOf}
          picked={picked}
          anchor={figures.current[picked.metric]?.plot ?? null}
          onOpenMoment={onOpenMoment}
          onClose={() => setPicked(null)}
        />
      ) : null}
    </>
  );
}
