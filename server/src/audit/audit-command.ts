// Runs a command and writes into the audit log what became of it.

import type { Clock } from '../clock.ts';
import { isAppError } from '../errors.ts';
import type { AuditLog } from './audit-log.ts';
import { commandEntry } from './command-entry.ts';

type Command = Omit<Parameters<typeof commandEntry>[0], 'details' | 'fault'>;

/** Rejects as the command does. A command that succeeded rejects if the audit log cannot be written. */
export const auditCommand =
  (audit: Pick<AuditLog, 'append'>, clock: Clock) =>
  async <T extends Record<string, unknown>>(command: Command, run: () => Promise<T>): Promise<T> => {
    let result: T;
    try {
      result = await run();
    } catch (fault) {
      try {
        await audit.append(commandEntry({ ...command, fault }), clock.nowMs());
      } catch (error) {
        // The command has failed already, perhaps for the same reason.
        if (!isAppError(error, 'store_unavailable')) throw error;
      }
      throw fault;
    }
    await audit.append(commandEntry({ ...command, details: result }), clock.nowMs());
    return result;
  };
