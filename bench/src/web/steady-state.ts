// Measures what a screen costs without any interaction: script time, long tasks and the growth of the heap.

import { setTimeout as delay } from 'node:timers/promises';
import { atMost, type BenchRow } from '../bench-row.ts';
import type { MeasuredPage } from './open-chromium.ts';

/** Time for the opening of a screen, which does not count. */
const OPENING_MS = 8_000;
const LONG_TASK_MS = 50;
const MB = 2 ** 20;

export interface Span {
  /** Duration of the observation of the screen. */
  readonly seconds: number;
  /** When the heap is measured, from the opening of the screen. */
  readonly heapMinutes: { readonly from: number; readonly to: number };
}

/** @param title name of the screen in the rows */
export async function measureSteadyState(measured: MeasuredPage, title: string, span: Span): Promise<BenchRow[]> {
  const { page, devtools } = measured;
  const openedMs = performance.now();
  const until = (minutes: number) => delay(Math.max(0, openedMs + minutes * 60_000 - performance.now()));
  await page.evaluate(() => {
    window.bench.watchesCharts = false;
  });
  await delay(OPENING_MS);

  await page.evaluate(() => {
    window.bench.longTasksMs = [];
  });
  const before = await readMetrics(measured);
  await delay(span.seconds * 1000);
  const after = await readMetrics(measured);
  const longTasks = await page.evaluate(() => window.bench.longTasksMs);
  const perSecond = (name: string) =>
    (((after[name] ?? 0) - (before[name] ?? 0)) / ((after.Timestamp ?? 0) - (before.Timestamp ?? 0))) * 1000;
  const rows: BenchRow[] = [
    {
      what: `${title}: tasks over ${LONG_TASK_MS} ms in ${span.seconds} s`,
      value: longTasks.length,
      unit: '',
      goal: atMost(longTasks.length, 0, ''),
    },
    { what: `${title}: longest of these tasks`, value: Math.max(0, ...longTasks), unit: 'ms', goal: null },
    {
      what: `${title}: processor time of scripts`,
      value: perSecond('ScriptDuration'),
      unit: 'ms/s',
      goal: atMost(perSecond('ScriptDuration'), 100, 'ms/s'),
    },
    {
      what: `${title}: processor time of style and layout`,
      value: perSecond('RecalcStyleDuration') + perSecond('LayoutDuration'),
      unit: 'ms/s',
      goal: null,
    },
    { what: `${title}: processor time of the main thread`, value: perSecond('TaskDuration'), unit: 'ms/s', goal: null },
  ];

  const { from, to } = span.heapMinutes;
  await until(from);
  const heap = await readHeap(measured);
  await until(to);
  const grown = (await readHeap(measured)) - heap;
  const shift = await page.evaluate(() => window.bench.layoutShift);
  await devtools.send('HeapProfiler.disable');
  return [
    ...rows,
    { what: `${title}: heap after ${from} min`, value: heap / MB, unit: 'MB', goal: atMost(heap / MB, 60, 'MB') },
    {
      what: `${title}: growth of the heap from ${from} to ${to} min`,
      value: grown / MB,
      unit: 'MB',
      goal: atMost(grown / MB, 2, 'MB'),
    },
    { what: `${title}: layout shift`, value: shift, unit: '', goal: atMost(shift, 0.05, '') },
  ];
}

async function readMetrics({ devtools }: MeasuredPage): Promise<Record<string, number>> {
  const { metrics } = await devtools.send('Performance.getMetrics');
  return Object.fromEntries(metrics.map(({ name, value }) => [name, value]));
}

/** Objects of the page after garbage collection. */
async function readHeap({ devtools }: MeasuredPage): Promise<number> {
  await devtools.send('HeapProfiler.enable');
  await devtools.send('HeapProfiler.collectGarbage');
  await devtools.send('HeapProfiler.collectGarbage');
  const { usedSize } = await devtools.send('Runtime.getHeapUsage');
  return usedSize;
}
