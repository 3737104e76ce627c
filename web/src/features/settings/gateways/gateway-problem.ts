// What is wrong with a gateway, so that somebody must do something, and which of several gateways is worst.

import type { Alert, ClientIdConflict, GatewayList, GatewayStatus } from '@gonsters/contract';

type Refused = GatewayStatus['traffic']['refused'][number];

export type GatewayProblem =
  /** The connection ended without DISCONNECT; `alert` is the open one about it, if there is one. */
  | { kind: 'lost'; sinceMs: number; alert: Alert | null }
  /** `share` of what it sent in the last hour; the newest reason with its example. */
  | { kind: 'refused'; share: number; refused: Refused; alert: Alert | null }
  | { kind: 'conflict'; conflict: ClientIdConflict }
  | { kind: 'review' }
  /** `share` of what it sent is refused because of its clock. */
  | { kind: 'clock'; clock: NonNullable<GatewayStatus['clock']>; share: number };

/** Past this share of an hour it is refused for the most part. */
export const MOST = 0.5;
const HOUR_MS = 3_600_000;
/** A gateway of which something was refused, but not most, needs somebody less. */
const RANKS = { lost: 0, refused: 1, conflict: 2, some_refused: 3, review: 4, clock: 5 };
const [HEALTHY, OFF, DISABLED] = [6, 7, 8];

export function refusedShare({ last_hour: { messages, refused } }: GatewayStatus['traffic']): number | null {
  return messages === 0 ? null : Math.min(1, refused / messages);
}

/** The worst one; null where nobody needs to do anything. */
export function problemOf(
  gateway: GatewayStatus,
  conflicts: GatewayList['client_id_conflicts'],
  alerts: readonly Alert[],
  nowMs: number,
): GatewayProblem | null {
  if (!gateway.is_active) return null;
  const alertAbout = (metric: string) =>
    alerts.find((alert) => alert.gateway_id === gateway.id && alert.metric === metric) ?? null;
  const problems: GatewayProblem[] = [];
  if (gateway.connection_lost && gateway.connections.length === 0 && gateway.disconnected_at !== null) {
    const sinceMs = Date.parse(gateway.disconnected_at);
    problems.push({ kind: 'lost', sinceMs, alert: alertAbout('connection') });
  }
  const share = refusedShare(gateway.traffic) ?? 0;
  const refused = newestOf(gateway.traffic.refused, nowMs);
  // A zone that is not set puts times into the future: then that is what somebody has to see to.
  const isClock = gateway.clock?.status === 'local_time' && refused?.reason === 'in_the_future';
  if (share > 0 && refused !== null && !isClock)
    problems.push({ kind: 'refused', share, refused, alert: alertAbout('gateway') });
  const conflict = conflicts.find(({ gateway_id }) => gateway_id === gateway.id);
  if (conflict !== undefined) problems.push({ kind: 'conflict', conflict });
  if (gateway.needs_review) problems.push({ kind: 'review' });
  if (gateway.clock !== null) problems.push({ kind: 'clock', clock: gateway.clock, share: isClock ? share : 0 });
  return problems.sort((a, b) => rankOf(a) - rankOf(b))[0] ?? null;
}

export interface RankedGateway {
  gateway: GatewayStatus;
  problem: GatewayProblem | null;
}

/** Those that need somebody first, then those that work, then those that are away or disabled. */
export function worstFirst(gateways: readonly RankedGateway[]): RankedGateway[] {
  return gateways
    .map((each) => ({ each, rank: each.problem === null ? restRank(each.gateway) : rankOf(each.problem) }))
    .sort((a, b) => a.rank - b.rank)
    .map(({ each }) => each);
}

/** Whether the name, the user name, a client, an address or a machine of the gateway contains the text. */
export function matchesText(gateway: GatewayStatus, text: string): boolean {
  const wanted = text.trim().toLocaleLowerCase();
  const words = [
    gateway.name,
    gateway.username,
    ...gateway.connections.flatMap(({ client_id, address }) => [client_id, address]),
    ...gateway.traffic.machines.map(({ name }) => name),
  ];
  return words.some((word) => word.toLocaleLowerCase().includes(wanted));
}

/** Connected, or heard over HTTP within the last minute. */
export function isHeard({ connections, disconnected_at: ended, traffic }: GatewayStatus): boolean {
  if (connections.length > 0) return true;
  const { newest_message_at: newest, messages_per_second: rate } = traffic;
  return rate > 0 && newest !== null && (ended === null || Date.parse(newest) > Date.parse(ended));
}

function rankOf(problem: GatewayProblem): number {
  if (problem.kind === 'clock' && problem.share > MOST) return RANKS.refused;
  return problem.kind === 'refused' && problem.share <= MOST ? RANKS.some_refused : RANKS[problem.kind];
}

function restRank(gateway: GatewayStatus): number {
  if (!gateway.is_active) return DISABLED;
  return isHeard(gateway) ? HEALTHY : OFF;
}

function newestOf(refused: readonly Refused[], nowMs: number): Refused | null {
  const [newest] = refused
    .filter(({ newest_at }) => nowMs - Date.parse(newest_at) < HOUR_MS)
    .sort((a, b) => Date.parse(b.newest_at) - Date.parse(a.newest_at));
  return newest ?? null;
}
