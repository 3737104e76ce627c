// Who may import whom. A breach fails here, with the file and the import named.

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';

const ROOT = resolve(import.meta.dirname, '../..');

function sources(folder: string): string[] {
  return readdirSync(join(ROOT, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.tsx?$/.test(entry.name) && !/\.test\.tsx?$/.test(entry.name))
    .map((entry) => relative(ROOT, join(entry.parentPath, entry.name)));
}

/** Every import of a file: relative ones resolved to a path from the root, packages as they are. */
function importsOf(file: string): { target: string; typeOnly: boolean }[] {
  const text = readFileSync(join(ROOT, file), 'utf8');
  const found: { target: string; typeOnly: boolean }[] = [];
  for (const match of text.matchAll(
    /^\s*(?:import|export)\s+(type\s)?[^'"`;]*?from\s+['"]([^'"]+)['"]|import\(\s*['"]([^'"]+)['"]\s*\)|^import\s+['"]([^'"]+)['"]/gm,
  )) {
    const name = (match[2] ?? match[3] ?? match[4]) as string;
    found.push({
      target: name.startsWith('.') ? relative(ROOT, resolve(ROOT, dirname(file), name)) : name,
      typeOnly: match[1] !== undefined,
    });
  }
  return found;
}

const under =
  (...folders: string[]) =>
  (path: string) =>
    folders.some((folder) => path.startsWith(`${folder}/`));
const server = (...parts: string[]) => parts.map((part) => `server/src/${part}`);

/** The edges of the server, each a folder or a file of its own. */
const EDGES = {
  mqtt: server('ingest/mqtt/'),
  http: server('http/'),
  socket: server('live/socket-gateway'),
  control: server('control/'),
};
const edgeOf = (path: string) =>
  Object.entries(EDGES).find(([, starts]) => starts.some((start) => path.startsWith(start)))?.[0];
const isComposition = (path: string) =>
  path.startsWith('server/src/app/') || path === 'server/src/main.ts' || path.startsWith('server/src/commands/');
const isFactory = (path: string) => /\/open-[a-z-]+\.ts$/.test(path);

const OWN = /^(@gonsters\/|contract\/|server\/|web\/|simulator\/|bench\/|e2e\/)/;

/** Each rule: the files it speaks of, and what they must not import. `reason` is what the reader should learn. */
const RULES: {
  reason: string;
  files: (path: string) => boolean;
  forbidden: (target: string, file: string) => boolean;
}[] = [
  {
    reason: 'contract imports nothing of ours',
    files: under('contract/src'),
    forbidden: (target) => OWN.test(target) && !target.startsWith('contract/'),
  },
  {
    reason: 'web and simulator know only contract',
    files: under('web/src', 'simulator/src'),
    forbidden: (target, file) =>
      OWN.test(target) && target !== '@gonsters/contract' && !target.startsWith(`${file.split('/')[0]}/`),
  },
  {
    reason: 'the core never imports an edge',
    files: (path) =>
      under('server/src')(path) &&
      edgeOf(path) === undefined &&
      !isComposition(path) &&
      !under('server/src/live')(path) &&
      !under('server/src/ingest')(path),
    forbidden: (target) => edgeOf(target) !== undefined,
  },
  {
    reason: 'edges never import each other',
    files: (path) => edgeOf(path) !== undefined,
    forbidden: (target, file) => edgeOf(target) !== undefined && edgeOf(target) !== edgeOf(file),
  },
  {
    reason: 'nothing imports the composition root but the command line',
    files: (path) => under('server/src')(path) && !isComposition(path),
    forbidden: isComposition,
  },
  {
    reason: 'only app.ts, the commands and the open-* factories name an engine',
    files: (path) =>
      under('server/src')(path) && !isComposition(path) && !isFactory(path) && !path.includes('/engines/'),
    forbidden: (target) => target.includes('/engines/') || target.startsWith('@duckdb/'),
  },
  {
    reason: 'only the database folder, and the lock of the readings, name SQLite',
    files: (path) =>
      under('server/src')(path) && !under('server/src/database')(path) && !path.endsWith('/data-directory-lock.ts'),
    forbidden: (target) => target === '@photostructure/sqlite',
  },
  {
    reason: 'an engine imports its port and its library, no other part of the core',
    files: (path) => path.includes('/engines/'),
    forbidden: (target) =>
      under('server/src')(target) &&
      !under('server/src/readings')(target) &&
      !/server\/src\/(errors|log|clock|disk)\.ts$/.test(target),
  },
  {
    reason: 'web: charts, components, api and live do not import features or app',
    files: under('web/src/charts', 'web/src/components', 'web/src/api', 'web/src/live'),
    forbidden: under('web/src/features', 'web/src/app'),
  },
  {
    reason: 'web: components/ui knows nothing of machines and alerts',
    files: under('web/src/components/ui'),
    forbidden: (target) =>
      target === '@gonsters/contract' ||
      under('web/src/components/domain', 'web/src/charts', 'web/src/api', 'web/src/live')(target),
  },
  {
    reason: 'web: a feature never imports another feature, nor app',
    files: under('web/src/features'),
    forbidden: (target, file) =>
      under('web/src/app')(target) ||
      (under('web/src/features')(target) && target.split('/')[3] !== file.split('/')[3]),
  },
  {
    reason: 'web/src/live has no React inside, but for its one hook',
    files: (path) => under('web/src/live')(path) && !/\/use-[a-z-]+\.tsx?$/.test(path),
    forbidden: (target) => /^react(-dom)?(\/|$)/.test(target),
  },
];

const files = ['contract/src', 'server/src', 'simulator/src', 'web/src'].flatMap(sources);

describe('the structure of the house', () => {
  it.each(RULES)('$reason', ({ files: speaksOf, forbidden }) => {
    const breaches = files.filter(speaksOf).flatMap((file) =>
      importsOf(file)
        .filter(({ target }) => forbidden(target, file))
        .map(({ target }) => `${file} imports ${target}`),
    );
    expect(breaches).toEqual([]);
  });

  it('sees the imports it judges', () => {
    expect(importsOf('server/src/config.ts').map(({ target }) => target)).toContain('server/src/errors.ts');
    expect(files.length).toBeGreaterThan(30);
  });

  it('has no circle of imports, type-only ones included', () => {
    const graph = new Map(
      files.map((file) => [file, importsOf(file).flatMap(({ target }) => (files.includes(target) ? [target] : []))]),
    );
    expect(circlesIn(graph)).toEqual([]);
    const circle = new Map([
      ['a', ['b']],
      ['b', ['c', 'd']],
      ['c', ['a']],
      ['d', []],
    ]);
    expect(circlesIn(circle)).toEqual([['a', 'b', 'c']]);
  });

  it('has the metric names in the catalogue only', () => {
    const named = files.filter(
      (file) =>
        file !== 'contract/src/metrics.ts' &&
        file !== 'simulator/src/machine-model.ts' &&
        /\b(temperature|pressure|rpm)\b/i.test(withoutComments(readFileSync(join(ROOT, file), 'utf8'))),
    );
    expect(named).toEqual([]);
  });

  it('reads the environment in config.ts only', () => {
    const readers = files.filter(
      (file) => file !== 'server/src/config.ts' && /process\.env\b/.test(readFileSync(join(ROOT, file), 'utf8')),
    );
    expect(readers).toEqual([]);
  });
});

describe('what happens when something fails', () => {
  const text = readFileSync(join(ROOT, 'ARCHITECTURE.md'), 'utf8');
  const [, section = ''] = text.split('## When something fails\n');
  const paragraphs = (section.split('\n## ')[0] as string)
    .split('\n### ')
    .slice(1)
    .map((paragraph) => ({
      what: paragraph.split('\n', 1)[0] as string,
      tests: paragraph.split('\nTests: ')[1] ?? '',
    }));

  it('is told', () => {
    expect(paragraphs.length).toBeGreaterThan(30);
  });

  it.each(paragraphs)('names a test that exists: $what', ({ tests }) => {
    const names = [...tests.matchAll(/`([^`]+)`/g)].map((match) => `${match[1]}.test.ts`);
    expect(names).not.toEqual([]);
    expect(names.filter((name) => ![ROOT, join(ROOT, 'server/test')].some((at) => existsSync(join(at, name))))).toEqual(
      [],
    );
  });
});

describe('ARCHITECTURE.md', () => {
  const text = readFileSync(join(ROOT, 'ARCHITECTURE.md'), 'utf8');

  it('has no line over 160 characters', () => {
    expect(text.split('\n').filter((line) => line.length > 160)).toEqual([]);
  });

  it('names files and folders that exist', () => {
    const paths = [...text.matchAll(/`((?:web|server|contract|simulator|bench|e2e|scripts|docs)\/[\w./-]+)`/g)].map(
      ([, path]) => path as string,
    );
    expect(paths.length).toBeGreaterThan(15);
    const below = [...text.matchAll(/`((?:ingest|alerts|readings|machines|events|live|http|cluster)\/[\w./-]+)`/g)].map(
      ([, path]) => `server/src/${path}`,
    );
    expect(below.length).toBeGreaterThan(30);
    const isThere = (path: string) => existsSync(join(ROOT, path)) || existsSync(join(ROOT, `${path}.test.ts`));
    expect([...paths, ...below].filter((path) => !isThere(path))).toEqual([]);
  });
});

describe('the recipes of ARCHITECTURE.md', () => {
  const [, section = ''] = readFileSync(join(ROOT, 'ARCHITECTURE.md'), 'utf8').split('\n## Recipes\n');
  const recipes = section.split('\n### ').filter((recipe) => recipe.startsWith('Add '));

  it('say how to add what is added most often', () => {
    const things = recipes.map((recipe) => recipe.split('\n', 1)[0]);
    for (const thing of ['a metric', 'a payload format', 'a route', 'a screen', 'a setting', 'a store of readings']) {
      expect(things).toContain(`Add ${thing}`);
    }
  });

  it.each(recipes)('have three to eight steps, and name files that exist: %s', (recipe) => {
    const steps = recipe.split(/\n\d\. /).slice(1);
    expect(steps.length).toBeGreaterThanOrEqual(3);
    expect(steps.length).toBeLessThanOrEqual(8);
    const paths = [...recipe.matchAll(/`([\w.-]+\/[\w./-]+)`/g)].map(([, path]) => path as string);
    expect(paths.length).toBeGreaterThan(2);
    expect(paths.filter((path) => !existsSync(join(ROOT, path)))).toEqual([]);
  });
});

const withoutComments = (text: string) => text.replace(/\/\*[\s\S]*?\*\//g, '').replace(/(^|\s)\/\/.*$/gm, '');

/** The sets of files that reach each other by their imports (Tarjan's strongly connected components), sorted. */
function circlesIn(graph: ReadonlyMap<string, readonly string[]>): string[][] {
  const order = new Map<string, number>();
  const lowest = new Map<string, number>();
  const stack: string[] = [];
  const circles: string[][] = [];
  const visit = (file: string): void => {
    order.set(file, order.size);
    lowest.set(file, order.get(file) as number);
    stack.push(file);
    for (const target of graph.get(file) ?? []) {
      if (!order.has(target)) visit(target);
      else if (!stack.includes(target)) continue;
      lowest.set(file, Math.min(lowest.get(file) as number, lowest.get(target) as number));
    }
    if (lowest.get(file) !== order.get(file)) return;
    const component = stack.splice(stack.indexOf(file));
    if (component.length > 1 || (graph.get(file) ?? []).includes(file)) circles.push(component.sort());
  };
  for (const file of graph.keys()) if (!order.has(file)) visit(file);
  return circles.sort();
}
