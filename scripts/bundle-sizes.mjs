// How much a browser has to load of the built page, held against its budget and against what was committed last.
// `node scripts/bundle-sizes.mjs` judges, `--write` makes what is measured the committed sizes, `--json` only prints.

import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const DIST = join(ROOT, 'web/dist');
const COMMITTED = join(ROOT, 'web/bundle-sizes.json');

/** Bytes after gzip; a kB has a thousand. */
export const BUDGETS = {
  initialJs: { title: 'initial JavaScript', most: 190_000 },
  chart: { title: 'chart chunk', most: 30_000 },
  css: { title: 'CSS', most: 15_000 },
};
/** Growth past this wants a look, and the new sizes committed. */
const MOST_GROWTH = 0.05;

/** @param dist the folder that Vite wrote. Sizes in bytes after gzip, by the names of `BUDGETS` */
export function measureBundle(dist = DIST) {
  const html = readFileSync(join(dist, 'index.html'), 'utf8');
  const assets = readdirSync(join(dist, 'assets')).map((name) => `assets/${name}`);
  const sum = (paths) => paths.reduce((bytes, path) => bytes + gzipSync(readFileSync(join(dist, path))).length, 0);
  return {
    // And the texts of one language, the larger one.
    initialJs: sum(initialScripts(html)) + Math.max(0, ...assets.filter(isText).map((path) => sum([path]))),
    chart: sum(assets.filter((path) => /^assets\/chart-[^/]*\.js$/.test(path))),
    css: sum(initialStyles(html)),
  };
}

/** Style sheets without which the page shows nothing; those of later screens come with them. */
const initialStyles = (html) =>
  [...html.matchAll(/<link\b[^>]*rel="stylesheet"[^>]*>/g)].flatMap(([tag]) => /href="\/([^"]+)"/.exec(tag)?.[1] ?? []);

const isText = (path) => /^assets\/text-[^/]*\.js$/.test(path);

/** Paths of what the page loads before it can show anything: its scripts and what they import statically. */
export function initialScripts(html) {
  const tags = html.match(/<(script|link)\b[^>]*>/g) ?? [];
  return tags.flatMap((tag) => {
    const isScript = tag.startsWith('<script') || /\brel="modulepreload"/.test(tag);
    const path = /\b(?:src|href)="\/([^"]+)"/.exec(tag)?.[1];
    return isScript && path !== undefined ? [path] : [];
  });
}

/** What is wrong with the sizes, in words; nothing where all is well. */
export function judgeBundle(sizes, committed) {
  return Object.entries(BUDGETS).flatMap(([name, { title, most }]) => {
    const size = sizes[name];
    const before = committed?.[name];
    if (!(size > 0)) return [`${title}: not found in the build`];
    if (size > most) return [`${title}: ${kB(size)} is over the budget of ${kB(most)}`];
    if (before === undefined) return [`${title}: no size is committed`];
    if (size <= before * (1 + MOST_GROWTH)) return [];
    return [`${title}: ${kB(size)} is more than ${MOST_GROWTH * 100} % above the ${kB(before)} committed last`];
  });
}

const kB = (bytes) => `${(bytes / 1000).toFixed(1)} kB`;

function main(args) {
  const sizes = measureBundle();
  if (args.includes('--json')) {
    process.stdout.write(`${JSON.stringify({ sizes, budgets: BUDGETS })}\n`);
    return;
  }
  if (args.includes('--write')) writeFileSync(COMMITTED, `${JSON.stringify(sizes, null, 2)}\n`);
  const committed = existsSync(COMMITTED) ? JSON.parse(readFileSync(COMMITTED, 'utf8')) : null;
  for (const [name, { title, most }] of Object.entries(BUDGETS)) {
    process.stdout.write(`${title.padEnd(20)} ${kB(sizes[name]).padStart(9)} of ${kB(most).padStart(9)} gzip\n`);
  }
  const faults = judgeBundle(sizes, committed);
  if (faults.length === 0) return;
  process.stdout.write(`${faults.join('\n')}\n`);
  process.stdout.write('If it is meant to be so: node scripts/bundle-sizes.mjs --write, and commit the new sizes.\n');
  process.exitCode = 1;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) main(process.argv.slice(2));
