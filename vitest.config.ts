import { fileURLToPath } from 'node:url';
import { configDefaults, defineConfig } from 'vitest/config';
import { useDirectoryOfRun } from './server/test/support/directory-of-run.ts';
import { findInfluxdb, findPostgres, findRedis } from './server/test/support/find-program.ts';

useDirectoryOfRun();

const source = (path: string) => fileURLToPath(new URL(path, import.meta.url));

/** What reads, writes or divides times: each runs a second time in zones with and without daylight saving, on either side. */
const ZONES = ['America/New_York', 'Asia/Jakarta'];
const TESTS_OF_TIME = [
  'contract/src/time*.test.ts',
  'server/src/alerts/reports/alert-stats.test.ts',
  'server/src/ingest/codecs/{decode,timestamp}.test.ts',
  'server/test/conformance/reading-store-files.duckdb.test.ts',
  'server/test/flows/http-readings.test.ts',
  'web/src/charts/history/*.test.ts',
  'web/src/features/{alerts,dialogs,history,machine}/**/*.test.ts',
  'web/src/i18n/*.test.ts',
];

/** What people and gateways meet, whatever keeps the data: each runs a second time on the real servers. */
const TESTS_OF_EVERY_STACK = [
  'server/test/flows/alerts-{backlog,conditions,late-data,order,restart,routes,stale,states}.test.ts',
  'server/test/flows/{conditions,machine-status,second-factor,second-factor-policy}.test.ts',
  'server/test/flows/http-*.test.ts',
  'server/test/flows/live-{dashboard,public,scope,sessions}.test.ts',
  'server/test/flows/{scope-matrix,oidc}.test.ts',
];
/** What keeps nothing between tests, not even numbers of metrics: in a whole run these files share a process and its imports. */
const UNITS = [
  '{contract,simulator,web}/src/**/*.test.{ts,tsx}',
  'web/worker/**/*.test.ts',
  'server/src/{alerts/rules,duty/rules,ingest/codecs,ingest/profiles,notifications,http,readings,users}/**/*.test.ts',
];
/** Set by scripts/run-tests.mjs unless it is given the names of files or projects. */
const isWholeRun = process.env.TEST_WHOLE === '1';
const hasServers = [findPostgres(), findInfluxdb(), findRedis()].every((program) => program !== null);

/**
 * Tests run against the sources; only what starts a process of its own uses the build. Vitest alone runs every project;
 * `npm test` runs `all` without the `*.long.test.ts` (scripts/run-tests.mjs).
 */
export default defineConfig({
  resolve: {
    alias: {
      '@gonsters/contract': source('./contract/src/index.ts'),
      '@gonsters/simulator': source('./simulator/src/index.ts'),
    },
  },
  test: {
    projects: [
      {
        extends: true,
        test: {
          name: 'all',
          include: [
            '{contract,simulator,server,web}/src/**/*.test.{ts,tsx}',
            'web/worker/**/*.test.ts',
            'server/test/**/*.test.ts',
            'e2e/tests/**/*.test.ts',
            'scripts/*.test.mjs',
          ],
          ...(isWholeRun ? { exclude: [...configDefaults.exclude, ...UNITS] } : {}),
        },
      },
      ...(isWholeRun ? [{ extends: true as const, test: { name: 'units', include: UNITS, isolate: false } }] : []),
      ...ZONES.map((zone) => ({
        extends: true as const,
        test: { name: zone, include: TESTS_OF_TIME, env: { TZ: zone } },
      })),
      ...(hasServers
        ? [
            {
              extends: true as const,
              test: {
                name: 'real servers',
                include: TESTS_OF_EVERY_STACK,
                globalSetup: ['server/test/support/real-servers.ts'],
              },
            },
          ]
        : []),
    ],
    setupFiles: ['scripts/longer-waits.ts', ...(process.env.CI ? ['scripts/fixed-properties.ts'] : [])],
    // More would make the browser and the timing of nodes slow on two cores.
    maxWorkers: '100%',
    // What is waited for is seen at once on a quiet computer; on a busy one it takes its time.
    expect: { poll: { timeout: 15_000 } },
    // Browsers and servers on a shared computer: CI tries what failed once more, and says so.
    retry: process.env.CI ? 1 : 0,
    testTimeout: 30_000,
    hookTimeout: 60_000,
    coverage: {
      provider: 'v8',
      include: ['contract/src/**/*.ts', 'server/src/**/*.ts'],
      // Tested as processes of their own (command-line.test.ts, crash.test.ts), where no coverage is measured.
      exclude: [
        '**/*.test.ts',
        'server/src/main.ts',
        'server/src/commands/{start,simulate,user-add,user-reset-second-factor}.ts',
      ],
      reporter: ['text-summary', 'json-summary'],
      reportOnFailure: true,
      thresholds: { lines: 95, statements: 95, functions: 95, branches: 89 },
    },
  },
});
