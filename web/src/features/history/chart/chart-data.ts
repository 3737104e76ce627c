// Combines a reply of the server with the current selection: the data that chart, list and table share.

import {
  type AlignedLines,
  alignLines,
  findGaps,
  type HistoryData,
  type HistoryMachine,
  type HistoryPoints,
} from '../../../charts/history/history-lines.ts';

export interface ChartData {
  data: HistoryData;
  /** Those of the answer that are still chosen, in the order chosen. */
  machines: HistoryMachine[];
  /** Place of each among the chosen ones, which gives its colour. */
  places: number[];
  gaps: [number, number][][];
  /** Place in `machines`, -1 where its data is still to come. */
  focus: number;
  /** What is drawn: beside the answer's range the machine in focus as the overview knows it. Last the ghost, if there is one. */
  lines: AlignedLines;
  /** The one in focus at an earlier time, as if it were now. */
  ghost: HistoryMachine | null;
}

/** Between the last moment of one answer and the first of another. */
const EDGE_MS = 0.25;

/** `overview` is coarse and of the whole range: it is shown after moving until the reply for the new view has arrived. */
export function chartDataOf(
  data: HistoryData,
  machineIds: readonly string[],
  focusId: string | null,
  overview: HistoryData | undefined,
  ghost: HistoryMachine | null = null,
): ChartData {
  const byId = new Map(data.machines.map((machine) => [machine.id, machine]));
  const places = machineIds.flatMap((id, place) => (byId.has(id) ? [place] : []));
  const machines = places.map((place) => byId.get(machineIds[place] as string) as HistoryMachine);
  const gaps = machines.map(({ points }) => findGaps(points, data.interval, data));
  const focus = machines.findIndex((machine) => machine.id === focusId);
  const coarse = overview?.machines.find(({ id }) => id === focusId);
  const drawn = machines.map((machine, i) =>
    coarse && i === focus ? { ...machine, points: surround(machine.points, coarse.points, data) } : machine,
  );
  // What comes from two answers is not joined.
  const breaks = gaps.map((list, i) =>
    coarse && i === focus ? [at(data.fromMs - EDGE_MS), ...list, at(data.toMs + EDGE_MS)] : list,
  );
  const lines = ghost
    ? alignLines([...drawn, ghost], [...breaks, findGaps(ghost.points, data.interval, data)], focus)
    : alignLines(drawn, breaks, focus);
  return { data, machines, places, gaps, focus, lines, ghost };
}

const at = (timeMs: number): [number, number] => [timeMs, timeMs];

const COLUMNS = ['timesMs', 'xs', 'mean', 'min', 'max', 'count'] as const;

function surround(
  points: HistoryPoints,
  coarse: HistoryPoints,
  { fromMs, toMs }: { fromMs: number; toMs: number },
): HistoryPoints {
  const before = coarse.xs.findIndex((x) => x >= fromMs - 1);
  const after = coarse.xs.findIndex((x) => x > toMs + 1);
  const column = (name: (typeof COLUMNS)[number]) => [
    ...coarse[name].slice(0, before < 0 ? undefined : before),
    ...points[name],
    ...(after < 0 ? [] : coarse[name].slice(after)),
  ];
  return Object.fromEntries(COLUMNS.map((name) => [name, column(name)])) as unknown as HistoryPoints;
}
