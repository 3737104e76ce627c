// The commands of the control channel: a backup, a check of the stored data, a new user.

import { issueSentence, issueText, type Register, registerSchema } from '@gonsters/contract';
import type { AuditAnchor } from '../audit/audit-anchor.ts';
import type { AuditLog } from '../audit/audit-log.ts';
import { verifyStored } from '../backup/verify-stored.ts';
import { writeBackup } from '../backup/write-backup.ts';
import type { Clock } from '../clock.ts';
import type { Config } from '../config.ts';
import type { StoredDatabase } from '../database/database.ts';
import { AppError } from '../errors.ts';
import type { InstallationDamage } from '../readings/installation-damage.ts';
import type { StoredReadings } from '../readings/store-copies.ts';
import type { UserService } from '../users/user-service.ts';
import type { ControlHandler } from './control-socket.ts';

/** In place of a user name in the audit log. */
const COMMAND_LINE = 'command line';

export interface ControlDeps {
  config: Pick<Config, 'dataDir'>;
  database: Pick<StoredDatabase, 'backup' | 'check'>;
  readings: StoredReadings;
  audit: AuditLog;
  anchor: Pick<AuditAnchor, 'check'>;
  installation: Pick<InstallationDamage, 'damage' | 'note'>;
  accounts: UserService;
  clock: Clock;
}

export function controlHandlers(deps: ControlDeps): Record<'backup' | 'verify' | 'add-user', ControlHandler> {
  const { config, database, readings, audit, anchor, installation, accounts, clock } = deps;
  return {
    backup: async ({ file }, progress) => {
      const manifest = await writeBackup(
        {
          dataDir: config.dataDir,
          readings,
          copyDatabase: (path) => database.backup(path),
        },
        String(file),
        clock.nowMs(),
        progress,
      );
      return { files: manifest.files.length };
    },
    verify: async (_request, progress) => ({
      ...(await verifyStored(
        { readings, audit, anchor, installation, clock, checkDatabase: () => database.check() },
        progress,
      )),
    }),
    'add-user': async ({ user }) => {
      const parsed = registerSchema.safeParse(user, { error: issueText });
      if (!parsed.success) {
        const faults = parsed.error.issues.map((issue) => ({
          field: issue.path.join('.'),
          error: issueSentence(issue, 'The user'),
        }));
        const summary = faults.map((fault) => fault.error).join('; ');
        throw new AppError('validation_failed', summary, { faults });
      }
      const added = await accounts.add(parsed.data as Register);
      const { id, username, role } = added;
      await audit.append(
        {
          ...{ userId: null, username: COMMAND_LINE, action: 'user.create', target: id, outcome: 'success' },
          ...{ ip: null, requestId: null, details: { username, role, command: 'user add' } },
        },
        clock.nowMs(),
      );
      return { user: added };
    },
  };
}
