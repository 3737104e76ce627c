// Which nodes run and which are missing, from real heartbeats in a real database.

import { expect, onTestFinished, test, vi } from 'vitest';
import { openSqlite } from '../../test/conformance/open-sql.ts';
import { AppError } from '../errors.ts';
import { silentLogger } from '../log.ts';
import { NodeMonitor, type ObservedNode, SILENT_AFTER_MS } from './node-monitor.ts';
import { NodeRegistry } from './node-registry.ts';

const WAIT = { timeout: 15_000, interval: 50 };

async function openPlant() {
  const database = await openSqlite();
  const list = new NodeRegistry(database);
  const heard = new Set<string>();
  const plant = { isAway: false };
  const all = async () => {
    if (plant.isAway) throw new AppError('store_unavailable');
    return list.all();
  };
  const monitor = new NodeMonitor({ list: { all }, ownId: 'own', hears: (id) => heard.has(id), log: silentLogger });
  const looks: (readonly ObservedNode[])[] = [];
  monitor.start((nodes) => looks.push(nodes));
  onTestFinished(() => monitor.stop());
  return {
    ...{ plant, heard, looks, monitor },
    /** Says every second that it runs, until it is stopped. */
    join: async (id: string, isSubscribed = () => true) => {
      const node = new NodeRegistry(database);
      await node.start(id, id, isSubscribed);
      onTestFinished(() => node.stop());
      return node;
    },
    /** The last heartbeat of a node that is killed. */
    die: async (id: string) => {
      const node = new NodeRegistry(database);
      await node.start(id, id, () => true);
      const row = await database.db.selectFrom('nodes').selectAll().where('id', '=', id).executeTakeFirstOrThrow();
      await node.stop();
      await database.db
        .updateTable('nodes')
        .set({ is_running: 1, seen_at: row.seen_at })
        .where('id', '=', id)
        .execute();
    },
    of: (id: string) => monitor.nodes.find((node) => node.id === id),
  };
}

test('a node without heartbeats is missing, one that was stopped is not, and the share of both waits', async () => {
  const { die, join, of } = await openPlant();
  await join('own');
  const running = await join('running');
  await die('dead');
  await vi.waitFor(() => expect(of('dead')?.state).toBe('missing'), WAIT);
  expect(of('dead')?.shareWaitsForMs).toBeGreaterThanOrEqual(SILENT_AFTER_MS);
  expect([of('own'), of('running')]).toMatchObject([
    { state: 'running', shareWaitsForMs: 0 },
    { state: 'running', shareWaitsForMs: 0 },
  ]);
  await running.stop();
  await vi.waitFor(() => expect(of('running')?.shareWaitsForMs).toBeGreaterThan(1_000), WAIT);
  expect(of('running')?.state).toBe('stopped');
  await join('dead');
  await vi.waitFor(() => expect(of('dead')).toMatchObject({ state: 'running', shareWaitsForMs: 0 }), WAIT);
}, 30_000);

test('a node that runs without its broker is not missing, but its share waits', async () => {
  const { join, of } = await openPlant();
  let isSubscribed = true;
  await join('cut off', () => isSubscribed);
  await vi.waitFor(() => expect(of('cut off')?.shareWaitsForMs).toBe(0), WAIT);
  isSubscribed = false;
  await vi.waitFor(() => expect(of('cut off')?.shareWaitsForMs).toBeGreaterThan(2_000), WAIT);
  expect(of('cut off')?.state).toBe('running');
}, 30_000);

test('a node that the others hear is not missing, whatever became of its heartbeats', async () => {
  const { die, heard, of, looks } = await openPlant();
  heard.add('heard');
  await die('heard');
  await die('dead');
  await vi.waitFor(() => expect(of('dead')?.state).toBe('missing'), WAIT);
  expect(of('heard')).toMatchObject({ state: 'running', shareWaitsForMs: 0 });
  expect(looks.flat().filter((node) => node.id === 'heard' && node.state !== 'running')).toEqual([]);
}, 30_000);

test('a database that was away is no silence of the nodes; who was missing before still is', async () => {
  const { die, plant, of, looks, monitor } = await openPlant();
  await die('dead');
  await vi.waitFor(() => expect(of('dead')?.state).toBe('missing'), WAIT);
  // Its heartbeats do not arrive either while the database is away.
  await die('alive');
  await vi.waitFor(() => expect(of('alive')?.state).toBe('running'), WAIT);
  plant.isAway = true;
  const seen = looks.length;
  const awayMs = performance.now();
  await vi.waitFor(() => expect(performance.now() - awayMs).toBeGreaterThan(SILENT_AFTER_MS + 1_000), WAIT);
  expect(looks).toHaveLength(seen);
  plant.isAway = false;
  await vi.waitFor(() => expect(looks.length).toBeGreaterThan(seen), WAIT);
  expect(of('alive')?.state).toBe('running');
  expect(of('dead')?.state).toBe('missing');
  await monitor.stop();
}, 30_000);
