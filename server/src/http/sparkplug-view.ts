// What replies say of the nodes of Sparkplug.

import {
  isoTime,
  MAX_LISTED_DEVICES,
  MAX_LISTED_NODES,
  type SparkplugHostView,
  type SparkplugNode,
} from '@gonsters/contract';
import type { NodeSession } from '../ingest/sparkplug/node-session.ts';
import type { SparkplugHost } from '../ingest/sparkplug/sparkplug-host.ts';

/** `isVisible` is asked with the gateway of a node, null without credentials. */
export function sparkplugView(
  host: SparkplugHost | null,
  isVisible: (gatewayId: string | null) => boolean,
): SparkplugHostView | null {
  if (host === null) return null;
  const nodes = [...host.nodes].filter(({ sender }) => isVisible(gatewayOf(sender)));
  return {
    host_id: host.hostId,
    node_count: nodes.length,
    nodes: nodes.slice(-MAX_LISTED_NODES).reverse().map(nodeView),
  };
}

function nodeView({ path, sender, bornMs, devices, rebirthRequestedMs }: NodeSession): SparkplugNode {
  return {
    path,
    gateway_id: gatewayOf(sender),
    born_at: bornMs === null ? null : isoTime(bornMs),
    device_count: devices.size,
    devices: [...devices.keys()].slice(0, MAX_LISTED_DEVICES),
    rebirth_requested: bornMs === null && rebirthRequestedMs > Number.NEGATIVE_INFINITY,
  };
}

const gatewayOf = (sender: string) => (sender === '' ? null : sender);
