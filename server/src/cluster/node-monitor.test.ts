// Which nodes run and which are missing, by real heartbeats in a real database.

import { expect, onTestFinished, test, vi } from 'vitest';
import { openSqlite } from '../../test/conformance/open-sql.ts';
import { AppError } from '../errors.ts';
import { silentLogger } from '../log.ts';
import { NodeMonitor, type ObservedNode, SILENT_AFTER_MS } from './node-monitor.ts';
import { NodeRegistry } from './node-registry.ts';

const WAIT = { timeout: 15_000, interval: 50 };

async function openPlant() {
  const database = await openSqlite();
  const registry = new NodeRegistry(database);
  const alive = new Set<string>();
  const plant = { isDatabaseDown: false };
  const all = async () => {
    if (plant.isDatabaseDown) throw new AppError('store_unavailable');
    return registry.all();
  };
  const monitor = new NodeMonitor({
    registry: { all },
    ownId: 'own',
    isNodeAlive: (id) => alive.has(id),
    log: silentLogger,
  });
  const updates: (readonly ObservedNode[])[] = [];
  monitor.start((nodes) => updates.push(nodes));
  onTestFinished(() => monitor.stop());
  return {
    ...{ plant, alive, updates, monitor },
    /** Starts a node that writes heartbeats until it is stopped. */
    join: async (id: string, isSubscribed = () => true) => {
      const node = new NodeRegistry(database);
      await node.start(id, id, isSubscribed);
      onTestFinished(() => node.stop());
      return node;
    },
    /** Leaves the last heartbeat of a node that was killed. */
    kill: async (id: string) => {
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

test('a node without heartbeats is missing, a stopped one is not, and neither consumes its sessions', async () => {
  const { kill, join, of } = await openPlant();
  await join('own');
  const running = await join('running');
  await kill('dead');
  await vi.waitFor(() => expect(of('dead')?.state).toBe('missing'), WAIT);
  expect(of('dead')?.notConsumingForMs).toBeGreaterThanOrEqual(SILENT_AFTER_MS);
  expect([of('own'), of('running')]).toMatchObject([
    { state: 'running', notConsumingForMs: 0 },
    { state: 'running', notConsumingForMs: 0 },
  ]);
  await running.stop();
  await vi.waitFor(() => expect(of('running')?.notConsumingForMs).toBeGreaterThan(1_000), WAIT);
  expect(of('running')?.state).toBe('stopped');
  await join('dead');
  await vi.waitFor(() => expect(of('dead')).toMatchObject({ state: 'running', notConsumingForMs: 0 }), WAIT);
}, 30_000);

test('a node that is not subscribed at the broker is not missing, but does not consume its sessions', async () => {
  const { join, of } = await openPlant();
  let isSubscribed = true;
  await join('cut off', () => isSubscribed);
  await vi.waitFor(() => expect(of('cut off')?.notConsumingForMs).toBe(0), WAIT);
  isSubscribed = false;
  await vi.waitFor(() => expect(of('cut off')?.notConsumingForMs).toBeGreaterThan(2_000), WAIT);
  expect(of('cut off')?.state).toBe('running');
}, 30_000);

test('a node that is heard over the event bus is not missing, although its heartbeats are not stored', async () => {
  const { kill, alive, of, updates } = await openPlant();
  alive.add('alive');
  await kill('alive');
  await kill('dead');
  await vi.waitFor(() => expect(of('dead')?.state).toBe('missing'), WAIT);
  expect(of('alive')).toMatchObject({ state: 'running', notConsumingForMs: 0 });
  expect(updates.flat().filter((node) => node.id === 'alive' && node.state !== 'running')).toEqual([]);
}, 30_000);

test('an outage of the database makes no node missing; a node that was missing before still is', async () => {
  const { kill, plant, of, updates, monitor } = await openPlant();
  await kill('dead');
  await vi.waitFor(() => expect(of('dead')?.state).toBe('missing'), WAIT);
  // Its heartbeats are not stored while the database is down.
  await kill('alive');
  await vi.waitFor(() => expect(of('alive')?.state).toBe('running'), WAIT);
  plant.isDatabaseDown = true;
  const before = updates.length;
  const downMs = performance.now();
  await vi.waitFor(() => expect(performance.now() - downMs).toBeGreaterThan(SILENT_AFTER_MS + 1_000), WAIT);
  expect(updates).toHaveLength(before);
  plant.isDatabaseDown = false;
  await vi.waitFor(() => expect(updates.length).toBeGreaterThan(before), WAIT);
  expect(of('alive')?.state).toBe('running');
  expect(of('dead')?.state).toBe('missing');
  await monitor.stop();
}, 30_000);
