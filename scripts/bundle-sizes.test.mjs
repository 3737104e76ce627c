import { randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { BUDGETS, initialScripts, judgeBundle, measureBundle } from './bundle-sizes.mjs';

const HTML = `<!doctype html>
  <script src="/theme.js"></script>
  <script type="module" crossorigin src="/assets/index-a1.js"></script>
  <link rel="modulepreload" crossorigin href="/assets/shared-b2.js">
  <link rel="icon" href="/icon.svg" />
  <link rel="stylesheet" crossorigin href="/assets/index-c3.css">`;

const FITTING = Object.fromEntries(Object.entries(BUDGETS).map(([name, { most }]) => [name, Math.round(most * 0.9)]));

describe('the size of the page', () => {
  let dist;
  beforeEach(async () => {
    dist = await mkdtemp(join(tmpdir(), 'gonsters bundle '));
    await mkdir(join(dist, 'assets'));
  });
  afterEach(() => rm(dist, { recursive: true }));

  it('counts what the first screen needs, the larger language included, and the chart chunk, as they travel', async () => {
    // What cannot be compressed has the size that it says.
    const files = {
      'theme.js': 1000,
      'assets/index-a1.js': 5000,
      'assets/shared-b2.js': 3000,
      'assets/chart-d4.js': 7000,
      'assets/history-screen-e5.js': 9000,
      'assets/text-en-a7.js': 800,
      'assets/text-id-b8.js': 900,
      'assets/index-c3.css': 2000,
      'assets/history-f6.css': 500,
      'assets/chart.woff2': 4000,
    };
    await writeFile(join(dist, 'index.html'), HTML);
    for (const [path, bytes] of Object.entries(files)) await writeFile(join(dist, path), randomBytes(bytes));
    const sizes = measureBundle(dist);
    const near = (bytes, parts) => ({ min: bytes, max: bytes + 40 * parts });
    for (const [name, { min, max }] of Object.entries({
      initialJs: near(9900, 4),
      chart: near(7000, 1),
      css: near(2000, 1),
    })) {
      expect(sizes[name], name).toBeGreaterThanOrEqual(min);
      expect(sizes[name], name).toBeLessThan(max);
    }
  });

  it('takes scripts and preloaded modules for the first load, in whatever order their attributes stand', () => {
    expect(initialScripts(HTML)).toEqual(['theme.js', 'assets/index-a1.js', 'assets/shared-b2.js']);
    expect(initialScripts('<link href="/a.js" rel="modulepreload"><script>inline()</script>')).toEqual(['a.js']);
  });

  it('is refused over the budget, after a leap within it, and where something is not found', () => {
    expect(judgeBundle(FITTING, FITTING)).toEqual([]);
    const over = { ...FITTING, css: BUDGETS.css.most + 1 };
    expect(judgeBundle(over, over)).toEqual(['CSS: 15.0 kB is over the budget of 15.0 kB']);
    const before = { ...FITTING, chart: Math.floor(FITTING.chart / 1.06) };
    expect(judgeBundle(FITTING, before)).toEqual([
      'chart chunk: 27.0 kB is more than 5 % above the 25.5 kB committed last',
    ]);
    expect(judgeBundle(FITTING, { ...FITTING, chart: Math.ceil(FITTING.chart / 1.04) })).toEqual([]);
    expect(judgeBundle({ ...FITTING, chart: 0 }, FITTING)).toEqual(['chart chunk: not found in the build']);
    expect(judgeBundle(FITTING, null).length).toBe(3);
  });

  it('may shrink', () => {
    expect(judgeBundle(Object.fromEntries(Object.keys(FITTING).map((name) => [name, 1])), FITTING)).toEqual([]);
  });
});
