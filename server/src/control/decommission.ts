// What `gonsters decommission` asks of a server: a node that is gone for good is taken out of the plant, and nothing that waits for it is lost.

import type { NodeRegistry, RegisteredNode } from '../cluster/node-registry.ts';
import { AppError } from '../errors.ts';
import type { ControlHandler } from './control-socket.ts';

/** Of a node that runs, some word should have come by then. */
const ALIVE_WITHIN_MS = 10_000;

export interface DecommissionDeps {
  /** null where no other node can be. */
  nodes: Pick<NodeRegistry, 'all' | 'remove'> | null;
  /** The node of this data directory, and whether this process is that node at work. */
  own: { readonly id: string; readonly clientId: string | null; readonly isServing: boolean };
  /** Stores what the broker holds under the name and ends its sessions; null where this server speaks to none. */
  drain: ((clientId: string, progress: (line: string) => void) => Promise<number>) | null;
}

/** `node` is its id or the name of its computer; without it, the node of the data directory. */
export function decommissionHandler({ nodes, own, drain }: DecommissionDeps): ControlHandler {
  return async ({ node }, progress) => {
    const known = (await nodes?.all()) ?? [];
    const leaving = node === undefined ? ownOf(known, own) : named(known, String(node));
    refuseAlive(leaving, own);
    let messages = 0;
    if (leaving.clientId !== null) {
      if (drain === null) {
        throw new AppError('conflict', 'This server speaks to no MQTT broker: ask one that takes readings from it');
      }
      progress(`Taking what the broker holds for ${leaving.clientId}`);
      messages = await drain(leaving.clientId, progress);
    }
    await nodes?.remove(leaving.id);
    return { node: leaving.id, messages };
  };
}

function ownOf(known: readonly RegisteredNode[], own: DecommissionDeps['own']): RegisteredNode {
  return (
    known.find((each) => each.id === own.id) ?? {
      ...{ id: own.id, clientId: own.clientId },
      ...{ host: '', isRunning: false, isSubscribed: false },
      ...{ seenAtMs: Number.NEGATIVE_INFINITY, silentForMs: Number.POSITIVE_INFINITY },
    }
  );
}

function named(known: readonly RegisteredNode[], name: string): RegisteredNode {
  const found = known.filter((each) => each.id === name || each.host === name);
  if (found.length === 1) return found[0] as RegisteredNode;
  const list = known.map((each) => `${each.id} on ${each.host}, ${lastHeard(each)}`).join('; ');
  throw new AppError(
    'not_found',
    `${found.length === 0 ? 'No node is' : 'Several nodes are'} called ${name}. Nodes: ${list || 'none is known'}`,
  );
}

function refuseAlive(node: RegisteredNode, own: DecommissionDeps['own']): void {
  const isThis = node.id === own.id && own.isServing;
  if (!isThis && !(node.isRunning && node.silentForMs < ALIVE_WITHIN_MS)) return;
  throw new AppError(
    'conflict',
    `The node ${node.id} runs (${isThis ? 'it is this one' : lastHeard(node)}): stop it first. One that was killed counts as running for ${ALIVE_WITHIN_MS / 1000} s`,
  );
}

const lastHeard = (node: RegisteredNode) =>
  `${node.isRunning ? '' : 'stopped, '}heard ${Math.round(node.silentForMs / 1000)} s ago`;
