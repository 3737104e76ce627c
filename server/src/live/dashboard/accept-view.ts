// Validates a `set_view` event and limits it to what is allowed. The payload may be anything.

import { FRAMES_VERSION, issueSentence, issueText, MAX_DETAIL_MACHINES } from '@gonsters/contract';
import { z } from 'zod';
import { TICK_MS } from '../live-socket.ts';

export interface AcceptedView {
  overview: boolean;
  detail: string[];
  overviewTicks: number;
  alertsSince: number | null;
  /** Whether the client knows the frames that this server sends. */
  knowsFrames: boolean;
}
export type ViewCheck = { ok: true; view: AcceptedView } | { ok: false; reason: string };

const schema = z.object({
  overview: z.boolean(),
  detail: z.array(z.string()).max(1000),
  hz: z.number().positive(),
  alerts_since: z.number().int().min(0).optional(),
  frames: z.number().optional(),
});
const TICKS_PER_SECOND = 1000 / TICK_MS;
const SLOWEST_SECONDS = 5;

export function acceptView(payload: unknown, isMachine: (machineId: string) => boolean): ViewCheck {
  const parsed = schema.safeParse(payload, { error: issueText });
  if (!parsed.success) {
    const faults = parsed.error.issues.map((issue) => issueSentence(issue, 'The view'));
    return { ok: false, reason: faults.join('; ') };
  }
  const { overview, detail, hz, alerts_since: alertsSince = null, frames } = parsed.data;
  const seconds = Math.min(SLOWEST_SECONDS, Math.max(1, Math.round(1 / hz)));
  const known = [...new Set(detail)].filter(isMachine).slice(0, MAX_DETAIL_MACHINES);
  const accepted = { overviewTicks: seconds * TICKS_PER_SECOND, alertsSince };
  if (frames === FRAMES_VERSION || (!overview && detail.length === 0)) {
    return { ok: true, view: { overview, detail: known, ...accepted, knowsFrames: true } };
  }
  // A page of another version still gets its alerts.
  return { ok: true, view: { overview: false, detail: [], ...accepted, knowsFrames: false } };
}

export function hzOf(view: AcceptedView): number {
  return TICKS_PER_SECOND / view.overviewTicks;
}
