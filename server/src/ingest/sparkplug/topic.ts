// Topics of Sparkplug B: `spBv1.0/{group}/{message type}/{node}` and `…/{device}`, section 4.1 of the specification.

export const NAMESPACE = 'spBv1.0';
const PREFIX = `${NAMESPACE}/`;

export const DATA_TYPES = ['NBIRTH', 'NDATA', 'NDEATH', 'DBIRTH', 'DDATA', 'DDEATH'] as const;
export type DataType = (typeof DATA_TYPES)[number];

export interface SparkplugTopic {
  /** `STATE` of hosts and the commands are no data of nodes. */
  readonly type: DataType | 'STATE' | 'COMMAND';
  readonly group: string;
  readonly node: string;
  /** null in messages of the node itself. */
  readonly device: string | null;
}

export const isSparkplugTopic = (topic: string): boolean => topic.startsWith(PREFIX);

/** @returns null for what is no topic of Sparkplug B */
export function parseTopic(topic: string): SparkplugTopic | null {
  const [namespace, group, type, node, device, ...more] = topic.split('/');
  if (namespace !== NAMESPACE || !group) return null;
  if (group === 'STATE' && type && node === undefined) return { type: 'STATE', group: '', node: type, device: null };
  if (!type || !node || device === '' || more.length > 0) return null;
  if (type === 'NCMD' || type === 'DCMD') return { type: 'COMMAND', group, node, device: device ?? null };
  const known = DATA_TYPES.find((each) => each === type);
  const isOfDevice = type.startsWith('D');
  if (known === undefined || isOfDevice !== (device !== undefined)) return null;
  return { type: known, group, node, device: device ?? null };
}

export const stateTopic = (hostId: string): string => `${PREFIX}STATE/${hostId}`;
export const commandTopic = (group: string, node: string): string => `${PREFIX}${group}/NCMD/${node}`;
