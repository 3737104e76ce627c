import { describe, expect, it, onTestFinished } from 'vitest';
import { openSqlite } from '../../test/conformance/open-sql.ts';
import { NodeRegistry } from '../cluster/node-registry.ts';
import { type DecommissionDeps, decommissionHandler } from './decommission.ts';

const silent = () => {};

/** A plant with `names`, each stopped in order, on this computer. */
async function plantOf(names: Record<string, string | null>, deps: Partial<DecommissionDeps> = {}) {
  const database = await openSqlite();
  for (const [id, clientId] of Object.entries(names)) {
    const each = new NodeRegistry(database);
    await each.start(id, clientId, () => true);
    await each.stop();
  }
  const nodes = new NodeRegistry(database);
  const drained: string[] = [];
  const drain = async (clientId: string) => drained.push(clientId);
  const own = { id: 'own', clientId: 'own-client', isServing: true };
  const leave = decommissionHandler({ nodes, own, drain, ...deps });
  return { database, nodes, drained, leave, ids: async () => (await nodes.all()).map(({ id }) => id).sort() };
}

describe('leaving', () => {
  it('takes what waits under the name that the node had, then takes it off the list', async () => {
    const { leave, drained, ids, nodes } = await plantOf({ a: 'press-line', b: 'gonsters-b' });
    const host = (await nodes.all())[0]?.host as string;
    expect(await leave({ node: 'a' }, silent)).toEqual({ node: 'a', messages: 1 });
    expect([drained, await ids()]).toEqual([['press-line'], ['b']]);
    // By now the name of the computer tells which.
    expect(await leave({ node: host }, silent)).toEqual({ node: 'b', messages: 2 });
    expect(await ids()).toEqual([]);
  });

  it('is refused where a name fits several nodes or none, and says which there are', async () => {
    const { leave, ids, nodes } = await plantOf({ a: 'a', b: 'b' });
    const host = (await nodes.all())[0]?.host as string;
    await expect(leave({ node: host }, silent)).rejects.toThrow(`Several nodes are called ${host}. Nodes: `);
    await expect(leave({ node: 'c' }, silent)).rejects.toThrow(/No node is called c. Nodes: .*stopped, heard \d s ago/);
    expect(await ids()).toEqual(['a', 'b']);
  });

  it('is refused while the node runs, or says so', async () => {
    const { database, leave, ids } = await plantOf({});
    const running = new NodeRegistry(database);
    await running.start('a', 'a', () => true);
    onTestFinished(() => running.stop());
    await expect(leave({ node: 'a' }, silent)).rejects.toThrow(/The node a runs \(heard \d s ago\): stop it first/);
    await expect(leave({}, silent)).rejects.toThrow(/The node own runs \(it is this one\)/);
    expect(await ids()).toEqual(['a']);
  });

  it('needs no broker for a node that had none, and one for any other', async () => {
    const { leave, ids } = await plantOf({ web: null, a: 'a' }, { drain: null });
    expect(await leave({ node: 'web' }, silent)).toEqual({ node: 'web', messages: 0 });
    await expect(leave({ node: 'a' }, silent)).rejects.toThrow(/speaks to no MQTT broker/);
    expect(await ids()).toEqual(['a']);
  });
});
