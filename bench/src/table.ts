// Formats the measured values as a table.

import type { BenchRow } from './bench-row.ts';

export function formatTable(rows: readonly BenchRow[]): string {
  const cells = [
    ['what', 'measured', 'goal', '', 'for comparison'],
    ...rows.map(({ what, value, unit, goal, peer }) => [
      what,
      `${formatNumber(value)} ${unit}`,
      goal?.text ?? '',
      goal === null ? '' : goal.met ? 'met' : 'MISSED',
      peer === undefined ? '' : `${formatNumber(peer.value)} ${peer.name}`,
    ]),
  ];
  const widths = [0, 1, 2, 3, 4].map((column) => Math.max(...cells.map((row) => (row[column] as string).length)));
  const lines = cells.map((row) => row.map((cell, i) => cell.padEnd(widths[i] as number)).join('  '));
  const rule = widths.map((width) => '─'.repeat(width)).join('  ');
  return `${[lines[0], rule, ...lines.slice(1)].map((line) => line?.trimEnd()).join('\n')}\n`;
}

function formatNumber(value: number): string {
  const digits = Math.abs(value) >= 100 ? 0 : Math.abs(value) >= 10 ? 1 : 2;
  return value.toLocaleString('en', { minimumFractionDigits: digits, maximumFractionDigits: digits });
}
