// What people do to alerts, as it travels to the node that keeps watch, and what comes back.

import { AppError, type ErrorCode, isAppError } from '../../errors.ts';
import type { RequestChannel } from '../../events/request-channel.ts';
import type { AlertEngine } from '../engine/alert-engine.ts';
import type { AlertRecord } from '../store/alert-repository.ts';

export type AlertCommand =
  | { action: 'acknowledge'; id: string; by: string; note: string | null }
  | { action: 'shelve'; id: string; by: string; untilMs: number; reason: string }
  | { action: 'unshelve'; id: string };

type Outcome =
  | { alert: AlertRecord }
  | { refused: Pick<AppError, 'code' | 'message' | 'faults' | 'retryAfterSeconds'> };

/** Longer than a watch takes to change hands. */
const ANSWER_WITHIN_MS = 3500;

/** Has the watching node do it. Rejects as it does there, and with `store_unavailable` where none answers. */
export async function forwardCommand(line: RequestChannel, order: AlertCommand): Promise<AlertRecord> {
  const outcome = (await line.request(order, ANSWER_WITHIN_MS)) as Outcome;
  if ('alert' in outcome) return outcome.alert;
  const { code, message, faults, retryAfterSeconds } = outcome.refused;
  throw new AppError(code as ErrorCode, message, {
    faults,
    ...(retryAfterSeconds === null ? {} : { retryAfterSeconds }),
  });
}

/** On the node that keeps watch; `desk` is null on the others. */
export function answerForwardedCommands(line: RequestChannel, desk: () => AlertEngine | null): void {
  line.onRequest(async (question) => {
    const watching = desk();
    return watching === null ? undefined : outcomeOf(executeCommand(watching, question as AlertCommand));
  });
}

export function executeCommand(desk: AlertEngine, order: AlertCommand): Promise<AlertRecord> {
  switch (order.action) {
    case 'acknowledge':
      return desk.acknowledge(order.id, order.by, order.note);
    case 'shelve':
      return desk.shelve(order.id, order.by, order.untilMs, order.reason);
    case 'unshelve':
      return desk.unshelve(order.id);
  }
}

async function outcomeOf(work: Promise<AlertRecord>): Promise<Outcome> {
  try {
    return { alert: await work };
  } catch (error) {
    const { code, message, faults, retryAfterSeconds } = isAppError(error) ? error : new AppError('store_unavailable');
    return { refused: { code, message, faults, retryAfterSeconds } };
  }
}
