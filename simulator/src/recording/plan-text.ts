// Tells people what the columns of their file were taken for.

import type { RecordingPlan, SentColumn } from './recording.ts';

/** Times and machines, metrics, and what is not sent: one line each. */
export function planText(plan: RecordingPlan, machine: string): string[] {
  const { roles, header, columns, unused } = plan;
  const name = (index: number) => `"${header[index]}"`;
  const owner = roles.machine === null ? machine : `from ${name(roles.machine)}`;
  const lines = [`Time from ${roles.times.map(name).join(' and ')}${orderText(plan)}; machine ${owner}`];
  lines.push(`Metrics: ${columns.map(columnText).join(', ')}`);
  if (unused.length > 0) lines.push(`Not sent: ${unused.join(', ')}`);
  return lines;
}

function orderText({ dateOrder, orderIs }: RecordingPlan): string {
  if (orderIs === 'none') return ' (UTC where no zone is given)';
  const other = dateOrder === 'day' ? 'month' : 'day';
  const order = `the ${dateOrder} before the ${other}`;
  return ` (${orderIs === 'proven' ? order : `${order}, which no date proves`}; UTC where no zone is given)`;
}

function columnText({ header, field, kind, unit, convertTo, texts }: SentColumn): string {
  const what = kind === 'number' ? 'numbers' : kind === 'boolean' ? 'true or false' : `${texts} texts`;
  const inUnit = kind !== 'number' || unit === null ? '' : ` in ${unit.symbol}`;
  const converted = convertTo === null ? '' : `, converted to ${convertTo.symbol}`;
  return `"${header}"${header === field ? '' : ` as ${field}`} (${what}${inUnit}${converted})`;
}
