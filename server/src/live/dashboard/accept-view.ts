// Validates a `set_view` event and limits it to what is allowed. The payload may be anything.

import { issueSentence, issueText, MAX_DETAIL_MACHINES } from '@gonsters/contract';
import { z } from 'zod';
import { TICK_MS } from '../live-socket.ts';

export interface AcceptedView {
  overview: boolean;
  detail: string[];
  overviewTicks: number;
  alertsSince: number | null;
}
export type ViewCheck = { ok: true; view: AcceptedView } | { ok: false; reason: string };

const schema = z.object({
  overview: z.boolean(),
  detail: z.array(z.string()).max(1000),
  hz: z.number().positive(),
  alerts_since: z.number().int().min(0).optional(),
});
const TICKS_PER_SECOND = 1000 / TICK_MS;
const SLOWEST_SECONDS = 5;

export function acceptView(payload: unknown, isMachine: (machineId: string) => boolean): ViewCheck {
  const parsed = schema.safeParse(payload, { error: issueText });
  if (!parsed.success) {
    const faults = parsed.error.issues.map((issue) => issueSentence(issue, 'The view'));
    return { ok: false, reason: faults.join('; ') };
  }
  const { overview, detail, hz, alerts_since: alertsSince } = parsed.data;
  const seconds = Math.min(SLOWEST_SECONDS, Math.max(1, Math.round(1 / hz)));
  const known = [...new Set(detail)].filter(isMachine).slice(0, MAX_DETAIL_MACHINES);
  return {
    ok: true,
    view: { overview, detail: known, overviewTicks: seconds * TICKS_PER_SECOND, alertsSince: alertsSince ?? null },
  };
}

export function hzOf(view: AcceptedView): number {
  return TICKS_PER_SECOND / view.overviewTicks;
}
