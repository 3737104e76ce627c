import { describe, expect, it, onTestFinished } from 'vitest';
import { openSqlite } from '../../test/conformance/open-sql.ts';
import { auditCommand } from '../audit/audit-command.ts';
import { SqlAuditLog } from '../audit/sql-audit-log.ts';
import { NodeRegistry } from '../cluster/node-registry.ts';
import { type DecommissionDeps, decommissionHandler } from './decommission.ts';

const silent = () => {};

/** A plant with these nodes (client id by node id), all cleanly stopped, on this computer. */
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
  const audit = new SqlAuditLog(database);
  const audited = auditCommand(audit, { nowMs: () => 0 });
  const decommission = decommissionHandler({ audited, nodes, own, drain, ...deps });
  const entries = async () => (await audit.page({ limit: 10 })).entries.toReversed();
  return {
    database,
    entries,
    nodes,
    drained,
    decommission,
    ids: async () => (await nodes.all()).map(({ id }) => id).sort(),
  };
}

describe('decommissioning a node', () => {
  it('stores the messages that the broker holds under its client id, then removes it', async () => {
    const { decommission, drained, entries, ids, nodes } = await plantOf({ a: 'press-line', b: 'gonsters-b' });
    const host = (await nodes.all())[0]?.host as string;
    expect(await decommission({ node: 'a', os_user: 'ops' }, silent)).toEqual({ node: 'a', messages: 1 });
    expect([drained, await ids()]).toEqual([['press-line'], ['b']]);
    // Only one node is left on this computer, so its name is unambiguous.
    expect(await decommission({ node: host }, silent)).toEqual({ node: 'b', messages: 2 });
    expect(await ids()).toEqual([]);
    await expect(decommission({ node: 'c', os_user: 'ops' }, silent)).rejects.toMatchObject({ code: 'not_found' });
    const { username, action } = { username: 'command line', action: 'node.decommission' };
    const by = { command: 'decommission', os_user: 'ops' };
    expect(await entries()).toMatchObject([
      { username, action, target: 'a', outcome: 'success', details: { ...by, messages: 1 } },
      { username, action, target: host, outcome: 'success' },
      {
        username,
        action,
        target: 'c',
        outcome: 'refused',
        details: { ...by, error: expect.stringContaining('No node is') },
      },
    ]);
  });

  it('is refused where a name matches several nodes or none, and lists the registered nodes', async () => {
    const { decommission, ids, nodes } = await plantOf({ a: 'a', b: 'b' });
    const host = (await nodes.all())[0]?.host as string;
    await expect(decommission({ node: host }, silent)).rejects.toThrow(
      `Several nodes are named ${host}. Registered nodes: `,
    );
    await expect(decommission({ node: 'c' }, silent)).rejects.toThrow(
      /No node is named c. Registered nodes: .*stopped, last heartbeat \d s ago/,
    );
    expect(await ids()).toEqual(['a', 'b']);
  });

  it('is refused while the node runs', async () => {
    const { database, decommission, ids } = await plantOf({});
    const running = new NodeRegistry(database);
    await running.start('a', 'a', () => true);
    onTestFinished(() => running.stop());
    await expect(decommission({ node: 'a' }, silent)).rejects.toThrow(
      /The node a is running \(last heartbeat \d s ago\)\. Stop it first/,
    );
    await expect(decommission({}, silent)).rejects.toThrow(/The node own is running \(this server is that node\)/);
    expect(await ids()).toEqual(['a']);
  });

  it('needs a broker only for a node that used one', async () => {
    const { decommission, ids } = await plantOf({ web: null, a: 'a' }, { drain: null });
    expect(await decommission({ node: 'web' }, silent)).toEqual({ node: 'web', messages: 0 });
    await expect(decommission({ node: 'a' }, silent)).rejects.toThrow(/uses no external MQTT broker/);
    expect(await ids()).toEqual(['a']);
  });
});
