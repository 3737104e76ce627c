// Commands that a node forwards to the leader over the request channel, and the replies.

import { AppError, type ErrorCode, isAppError } from '../../errors.ts';
import type { RequestChannel } from '../../events/request-channel.ts';
import type { AlertCommand, AlertCommands } from '../engine/alert-commands.ts';
import type { AlertRecord } from '../store/alert-repository.ts';

type Reply = { alert: AlertRecord } | { refused: Pick<AppError, 'code' | 'message' | 'faults' | 'retryAfterSeconds'> };

/** Longer than the election of a new leader takes. */
const REPLY_WITHIN_MS = 3500;

/** Has the leader execute a command. Rejects as the leader does, and with `store_unavailable` if no leader replies. */
export async function forwardCommand(channel: RequestChannel, command: AlertCommand): Promise<AlertRecord> {
  const reply = (await channel.request(command, REPLY_WITHIN_MS)) as Reply;
  if ('alert' in reply) return reply.alert;
  const { code, message, faults, retryAfterSeconds } = reply.refused;
  throw new AppError(code as ErrorCode, message, {
    faults,
    ...(retryAfterSeconds === null ? {} : { retryAfterSeconds }),
  });
}

/** Executes the commands that other nodes forward. `commands` is null while this node is not leader: then it does not reply. */
export function answerForwardedCommands(channel: RequestChannel, commands: () => AlertCommands | null): void {
  channel.onRequest(async (command) => {
    const ofLeader = commands();
    return ofLeader === null ? undefined : replyOf(ofLeader.execute(command as AlertCommand));
  });
}

async function replyOf(execution: Promise<AlertRecord>): Promise<Reply> {
  try {
    return { alert: await execution };
  } catch (error) {
    const { code, message, faults, retryAfterSeconds } = isAppError(error) ? error : new AppError('store_unavailable');
    return { refused: { code, message, faults, retryAfterSeconds } };
  }
}
