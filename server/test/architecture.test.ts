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

/**
 * Who may import whom in the server: each folder of `server/src`, and what it may import beside itself. Everything may also
 * import `contract` and the files that lie directly in `server/src`, such as `errors.ts`. Type-only imports count. The longest
 * path that fits a file is its row. ARCHITECTURE.md shows this table.
 */
const MAY_IMPORT: Record<'composition' | 'edges' | 'core' | 'engines', Record<string, readonly string[]>> = {
  composition: {
    'main.ts': ['commands'],
    commands: ['everything'],
    app: ['everything'],
  },
  edges: {
    http: [
      ...[
        'access-keys',
        'alerts',
        'audit',
        'clock-guard',
        'cluster',
        'duty',
        'gateways',
        'ingest',
        'machines',
        'metrics',
        'notifications',
        'readings',
      ],
      ...['settings', 'users'],
    ],
    live: ['alerts', 'events', 'machines', 'readings', 'settings', 'users'],
    'ingest/mqtt': ['clock-guard', 'cluster', 'events', 'gateways', 'ingest', 'machines', 'readings'],
    control: ['audit', 'backup', 'cluster', 'database', 'readings', 'users'],
  },
  core: {
    cluster: [
      ...[
        'access-keys',
        'alerts',
        'clock-guard',
        'database',
        'duty',
        'events',
        'gateways',
        'ingest',
        'machines',
        'metrics',
        'readings',
        'settings',
        'users',
      ],
    ],
    ingest: ['alerts', 'clock-guard', 'database', 'events', 'machines', 'readings'],
    alerts: ['database', 'events', 'gateways', 'machines', 'readings', 'settings'],
    notifications: ['alerts', 'database', 'events', 'settings'],
    machines: ['database', 'events', 'metrics', 'readings'],
    metrics: ['database', 'events', 'readings', 'settings'],
    'clock-guard': ['database', 'readings'],
    duty: ['database', 'events'],
    shifts: ['alerts', 'audit', 'database', 'duty', 'machines', 'metrics', 'readings'],
    settings: ['database', 'events'],
    gateways: ['database', 'events'],
    'access-keys': ['database', 'events'],
    users: ['database', 'events'],
    transfer: ['audit', 'database', 'readings'],
    backup: ['audit', 'readings'],
    audit: ['database'],
    events: ['readings'],
    'events/domain-events.ts': [
      'access-keys',
      'alerts',
      'duty',
      'gateways',
      'ingest',
      'machines',
      'metrics',
      'notifications',
      'readings',
      'settings',
      'users',
    ],
    'readings/open-reading-store.ts': ['readings', 'readings/engines/duckdb', 'readings/engines/influxdb'],
    readings: [],
    database: [],
  },
  engines: {
    'readings/engines/duckdb': ['readings'],
    'readings/engines/influxdb': ['readings'],
  },
};
const ROWS = new Map(Object.values(MAY_IMPORT).flatMap((rows) => Object.entries(rows)));
/** The longest first, so that `ingest/mqtt` is found before `ingest`. */
const ROW_NAMES = [...ROWS.keys()].sort((a, b) => b.length - a.length);
const FOLDER_NAMES = ROW_NAMES.filter((name) => !name.endsWith('.ts'));

/** The row of a file; undefined for one that lies directly in `server/src`. */
const rowOf = (file: string, names = ROW_NAMES) =>
  names.find((name) => file === `server/src/${name}` || file.startsWith(`server/src/${name}/`));
/** What a file is to those that import it: its folder. */
const folderOf = (file: string) => rowOf(file, FOLDER_NAMES);

/** Why an import breaks the table; null where it does not. */
function breachOf(file: string, target: string): string | null {
  if (!target.startsWith('server/src/')) return null;
  const from = rowOf(file);
  const to = folderOf(target);
  if (to === undefined || to === (from ?? null)) return null;
  const allowed = from === undefined ? [] : (ROWS.get(from) as readonly string[]);
  return allowed.includes('everything') || allowed.includes(to) ? null : `${file} imports ${target}`;
}

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
    reason: 'only the engine of that name imports DuckDB',
    files: (path) => under('server/src')(path) && !under('server/src/readings/engines/duckdb')(path),
    forbidden: (target) => target.startsWith('@duckdb/'),
  },
  {
    reason: 'the union of the events imports only the events of each domain',
    files: (path) => path === 'server/src/events/domain-events.ts',
    forbidden: (target) => !target.endsWith('-events.ts'),
  },
  {
    reason: 'only the database folder, and the lock of the readings, name SQLite',
    files: (path) =>
      under('server/src')(path) && !under('server/src/database')(path) && !path.endsWith('/data-directory-lock.ts'),
    forbidden: (target) => target === '@photostructure/sqlite',
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

describe('who may import whom', () => {
  const imports = files.flatMap((file) => importsOf(file).map(({ target }) => ({ file, target })));

  it('is as the table says', () => {
    expect(imports.flatMap(({ file, target }) => breachOf(file, target) ?? [])).toEqual([]);
  });

  it('is a table of every folder, and of no arrow that is not used', () => {
    const folders = readdirSync(join(ROOT, 'server/src'), { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map((entry) => entry.name);
    expect(folders.filter((folder) => !ROWS.has(folder))).toEqual([]);
    const used = new Set(imports.map(({ file, target }) => `${rowOf(file)} > ${folderOf(target)}`));
    const unused = [...ROWS].flatMap(([name, targets]) =>
      targets
        .filter((target) => target !== 'everything' && !used.has(`${name} > ${target}`))
        .map((to) => `${name} > ${to}`),
    );
    expect(unused).toEqual([]);
  });

  it('lets nothing but the composition import an edge or the composition', () => {
    const outer = [...Object.keys(MAY_IMPORT.edges), ...Object.keys(MAY_IMPORT.composition)];
    const { edges, core, engines } = MAY_IMPORT;
    expect(
      Object.values({ ...edges, ...core, ...engines }).flatMap((targets) => targets.filter((to) => outer.includes(to))),
    ).toEqual([]);
  });

  it('notices an arrow that the table does not name', () => {
    const from = (file: string, target: string) => breachOf(`server/src/${file}`, `server/src/${target}`);
    expect(from('alerts/alert-service.ts', 'http/http-app.ts')).not.toBeNull();
    expect(from('http/listen.ts', 'live/live-socket.ts')).not.toBeNull();
    expect(from('ingest/pipeline/reading-queue.ts', 'ingest/mqtt/mqtt-ingest.ts')).not.toBeNull();
    expect(from('readings/group-commit.ts', 'readings/engines/duckdb/rows.ts')).not.toBeNull();
    expect(from('errors.ts', 'alerts/alert-service.ts')).not.toBeNull();
    expect(from('readings/open-reading-store.ts', 'readings/engines/duckdb/rows.ts')).toBeNull();
    expect(from('app/app.ts', 'http/http-app.ts')).toBeNull();
  });

  it('is shown by ARCHITECTURE.md', () => {
    const text = readFileSync(join(ROOT, 'ARCHITECTURE.md'), 'utf8');
    const section = (text.split('## Who may import whom\n')[1] ?? '').split('\n## ')[0] as string;
    const shown = section.split('\n').filter((line) => /^\| (composition|edges|core|engines) /.test(line));
    const rows = Object.entries(MAY_IMPORT).flatMap(([layer, folders]) =>
      Object.entries(folders).map(
        ([name, targets]) => `| ${layer} | \`${name}\` | ${targets.join(', ') || 'nothing'} |`,
      ),
    );
    expect(shown).toEqual(rows);
  });
});

describe('the structure of the repository', () => {
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
        // Quantities and units that bear the same words.
        file !== 'contract/src/unit-table.ts' &&
        !file.startsWith('server/src/metrics/templates/') &&
        // The fields of other makers bear the same words.
        !file.startsWith('server/src/ingest/codecs/recognised/') &&
        !file.startsWith('simulator/src/physics/') &&
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
