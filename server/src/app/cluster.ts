// What makes this server a node of a plant: its place in the cluster, and the exchange with the other nodes.

import { ClusterSync } from '../cluster/cluster-sync.ts';
import { NodeMonitor } from '../cluster/node-monitor.ts';
import type { NodeRegistry } from '../cluster/node-registry.ts';
import { type Cluster, openCluster } from '../cluster/open-cluster.ts';
import type { SyncedServices } from '../cluster/resync.ts';
import type { Config } from '../config.ts';
import type { Database } from '../database/database.ts';
import { OrphanedSessions } from '../ingest/mqtt/external/orphaned-sessions.ts';
import type { Logger } from '../log.ts';
import type { ExternalBroker } from './ingest.ts';
import type { Lifecycle } from './lifecycle.ts';

/** Rejects with `database_in_use` where a server with other stores uses the same database. */
export async function joinCluster(
  deps: { config: Config; database: Database; log: Logger },
  lifecycle: Lifecycle,
): Promise<Cluster> {
  const cluster = lifecycle.store(await openCluster(deps));
  lifecycle.store(cluster.bus);
  return cluster;
}

/** Applies to this node what other nodes change. Does nothing on a server that runs alone. */
export function startClusterSync(
  deps: { cluster: Cluster; services: SyncedServices; log: Logger },
  lifecycle: Lifecycle,
): void {
  const { cluster, services, log } = deps;
  if (!cluster.isShared || cluster.redis === null) return;
  lifecycle.service(new ClusterSync({ bus: cluster.redis, local: cluster.local, services, log })).start();
}

/** Observes the other nodes, and takes over the broker sessions of those that are gone. null on a server that runs alone. */
export function startNodeMonitor(
  deps: { cluster: Cluster; registry: NodeRegistry | null; externalBroker: ExternalBroker | null; log: Logger },
  lifecycle: Lifecycle,
): NodeMonitor | null {
  const { cluster, registry, externalBroker, log } = deps;
  if (registry === null || !cluster.isShared) return null;
  const isNodeAlive = (nodeId: string) => cluster.redis?.isNodeAlive(nodeId) ?? false;
  const monitor = new NodeMonitor({ registry, ownId: cluster.id, isNodeAlive, log });
  const orphaned = externalBroker && new OrphanedSessions({ ...externalBroker, ownId: cluster.id, log });
  if (orphaned !== null) lifecycle.service(orphaned);
  lifecycle.service(monitor).start((nodes) => orphaned?.update(nodes));
  return monitor;
}
