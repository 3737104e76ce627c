// Decommissioning a node that is gone for good: the messages that the MQTT broker holds for it are stored, then it is removed.

import type { auditCommand } from '../audit/audit-command.ts';
import type { NodeRegistry, RegisteredNode } from '../cluster/node-registry.ts';
import { AppError } from '../errors.ts';
import type { ControlHandler } from './control-socket.ts';

/** A node whose last heartbeat is older than this does not run. */
const ALIVE_WITHIN_MS = 10_000;

export interface DecommissionDeps {
  audited: ReturnType<typeof auditCommand>;
  /** null on a server without PostgreSQL, where there are no other nodes. */
  nodes: Pick<NodeRegistry, 'all' | 'remove'> | null;
  /** The node of this data directory. `isServing` is false in a process that only executes a command. */
  own: { readonly id: string; readonly clientId: string | null; readonly isServing: boolean };
  /**
   * Stores the messages that the MQTT broker holds for the sessions of `clientId`, and ends those sessions. Resolves with the
   * number of messages. null where this server uses no external broker.
   */
  drain: ((clientId: string, progress: (line: string) => void) => Promise<number>) | null;
}

/** `node` in the request is the node's id or the name of its computer; by default it is the node of the data directory. */
export function decommissionHandler(deps: DecommissionDeps): ControlHandler {
  const decommission = decommissioning(deps);
  return (request, progress) => {
    const target = request.node === undefined ? deps.own.id : String(request.node);
    const command = { action: 'node.decommission', target, command: 'decommission', by: request.os_user };
    return deps.audited(command, () => decommission(request, progress));
  };
}

function decommissioning({ nodes, own, drain }: DecommissionDeps) {
  return async ({ node }: Record<string, unknown>, progress: (line: string) => void) => {
    const registered = (await nodes?.all()) ?? [];
    const target = node === undefined ? ownNode(registered, own) : nodeNamed(registered, String(node));
    refuseRunning(target, own);
    let messages = 0;
    if (target.clientId !== null) {
      if (drain === null) {
        throw new AppError(
          'conflict',
          'This server uses no external MQTT broker. Run the command on a server that is connected to the broker',
        );
      }
      progress(`Storing the messages that the MQTT broker holds for ${target.clientId}`);
      messages = await drain(target.clientId, progress);
    }
    await nodes?.remove(target.id);
    return { node: target.id, messages };
  };
}

function ownNode(registered: readonly RegisteredNode[], own: DecommissionDeps['own']): RegisteredNode {
  return (
    registered.find((each) => each.id === own.id) ?? {
      ...{ id: own.id, clientId: own.clientId },
      ...{ host: '', isRunning: false, isSubscribed: false },
      ...{ seenAtMs: Number.NEGATIVE_INFINITY, silentForMs: Number.POSITIVE_INFINITY },
    }
  );
}

function nodeNamed(registered: readonly RegisteredNode[], name: string): RegisteredNode {
  const found = registered.filter((each) => each.id === name || each.host === name);
  if (found.length === 1) return found[0] as RegisteredNode;
  const list = registered.map((each) => `${each.id} on ${each.host}, ${lastHeartbeat(each)}`).join('; ');
  throw new AppError(
    'not_found',
    `${found.length === 0 ? 'No node is' : 'Several nodes are'} named ${name}. Registered nodes: ${list || 'none'}`,
  );
}

function refuseRunning(node: RegisteredNode, own: DecommissionDeps['own']): void {
  const isThis = node.id === own.id && own.isServing;
  if (!isThis && !(node.isRunning && node.silentForMs < ALIVE_WITHIN_MS)) return;
  throw new AppError(
    'conflict',
    `The node ${node.id} is running (${isThis ? 'this server is that node' : lastHeartbeat(node)}). Stop it first. A node that was killed counts as running for ${ALIVE_WITHIN_MS / 1000} s`,
  );
}

const lastHeartbeat = (node: RegisteredNode) =>
  `${node.isRunning ? '' : 'stopped, '}last heartbeat ${Math.round(node.silentForMs / 1000)} s ago`;
