// Measures the size of the built page in the same way as the check of every build.

import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { atMost, type BenchRow } from '../bench-row.ts';

const SCRIPT = fileURLToPath(new URL('../../../scripts/bundle-sizes.mjs', import.meta.url));

export async function measureBundle(): Promise<BenchRow[]> {
  const { stdout } = await promisify(execFile)(process.execPath, [SCRIPT, '--json']);
  const { sizes, budgets } = JSON.parse(stdout) as {
    sizes: Record<string, number>;
    budgets: Record<string, { title: string; most: number }>;
  };
  return Object.entries(budgets).map(([name, { title, most }]) => {
    const value = (sizes[name] ?? Number.NaN) / 1000;
    return { what: `${title}, gzip`, value, unit: 'kB', goal: atMost(value, most / 1000, 'kB') };
  });
}
