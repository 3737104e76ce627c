// What a host application publishes: its STATE, and the command by which a node sends its births again.

/** Birth, will and death of one connection have the same timestamp: section 5.4 of the specification. */
export const statePayload = (isOnline: boolean, timestampMs: number): string =>
  JSON.stringify({ online: isOnline, timestamp: timestampMs });

/** Whether the payload of a STATE message says that the host is offline. */
export function saysOffline(payload: Buffer): boolean {
  try {
    return (JSON.parse(payload.toString()) as { online?: unknown } | null)?.online === false;
  } catch {
    return false;
  }
}

const REBIRTH = 'Node Control/Rebirth';
const BOOLEAN = 11;

/** A payload with the metric `Node Control/Rebirth` set to true. */
export function rebirthCommand(nowMs: number): Buffer {
  const name = Buffer.from(REBIRTH);
  const metric = Buffer.concat([
    Buffer.from([0x0a, name.length]),
    name,
    Buffer.from([0x18, ...varint(nowMs), 0x20, BOOLEAN, 0x70, 1]),
  ]);
  return Buffer.concat([Buffer.from([0x08, ...varint(nowMs), 0x12, metric.length]), metric]);
}

function varint(value: number): number[] {
  const bytes: number[] = [];
  let left = value;
  for (; left >= 0x80; left = Math.floor(left / 0x80)) bytes.push((left % 0x80) | 0x80);
  return [...bytes, left];
}
