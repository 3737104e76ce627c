// An answer of the server with what is chosen now: what chart, list and table have in common.

import {
  type AlignedLines,
  alignLines,
  findGaps,
  type HistoryData,
  type HistoryMachine,
} from '../../charts/history-lines.ts';

export interface Picture {
  data: HistoryData;
  /** Those of the answer that are still chosen, in the order chosen. */
  machines: HistoryMachine[];
  /** Place of each among the chosen ones, which gives its colour. */
  places: number[];
  gaps: [number, number][][];
  /** Place in `machines`, -1 where its data is still to come. */
  focus: number;
  lines: AlignedLines;
}

export function pictureOf(data: HistoryData, machineIds: readonly string[], focusId: string | null): Picture {
  const byId = new Map(data.machines.map((machine) => [machine.id, machine]));
  const places = machineIds.flatMap((id, place) => (byId.has(id) ? [place] : []));
  const machines = places.map((place) => byId.get(machineIds[place] as string) as HistoryMachine);
  const gaps = machines.map(({ points }) => findGaps(points, data.interval, data));
  const focus = machines.findIndex((machine) => machine.id === focusId);
  return { data, machines, places, gaps, focus, lines: alignLines(machines, gaps, focus) };
}
