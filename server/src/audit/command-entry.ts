// The entries of the audit log about commands: who at the command line did what, and with which result.

import { userInfo } from 'node:os';
import type { AuditRecord } from './audit-log.ts';

/** In place of a user name. */
const COMMAND_LINE = 'command line';

/** The user of the operating system who runs this process; its number where it has no name. */
export function osUser(): string {
  try {
    return userInfo().username;
  } catch {
    return String(process.getuid?.() ?? 'unknown');
  }
}

/** `command` is as it is typed, without arguments; `by` is what `osUser` returns in the process of the command. */
export function commandEntry(entry: {
  action: string;
  target: string | null;
  command: string;
  by: unknown;
  details?: Record<string, unknown>;
  /** Why it failed; absent if it did not. */
  fault?: unknown;
}): AuditRecord {
  const { action, target, command, by, details, fault } = entry;
  const isRefused = fault !== undefined;
  return {
    ...{ userId: null, username: COMMAND_LINE, action, target, ip: null, requestId: null },
    outcome: isRefused ? 'refused' : 'success',
    details: {
      ...{ command, os_user: typeof by === 'string' ? by.slice(0, 100) : null },
      ...details,
      ...(isRefused && { error: fault instanceof Error ? fault.message.slice(0, 500) : String(fault) }),
    },
  };
}
