// The commands of the control channel: a backup, a check of the stored data, a new user.

import { issueSentence, issueText, type Register, registerSchema } from '@gonsters/contract';
import type { AuditAnchor } from '../audit/audit-anchor.ts';
import { auditCommand } from '../audit/audit-command.ts';
import type { AuditLog } from '../audit/audit-log.ts';
import { commandEntry } from '../audit/command-entry.ts';
import { verifyStored } from '../backup/verify-stored.ts';
import { writeBackup } from '../backup/write-backup.ts';
import type { Clock } from '../clock.ts';
import type { Config } from '../config.ts';
import type { StoredDatabase } from '../database/database.ts';
import { AppError } from '../errors.ts';
import { nameKey } from '../name-key.ts';
import type { InstallationDamage } from '../readings/installation-damage.ts';
import type { StoredReadings } from '../readings/store-copies.ts';
import type { FactorEnrolment } from '../users/second-factors/factor-enrolment.ts';
import type { UserService } from '../users/user-service.ts';
import type { ControlHandler } from './control-socket.ts';

export interface ControlDeps {
  config: Pick<Config, 'dataDir'>;
  database: Pick<StoredDatabase, 'backup' | 'check'>;
  readings: StoredReadings;
  audit: AuditLog;
  anchor: Pick<AuditAnchor, 'check'>;
  installation: Pick<InstallationDamage, 'damage' | 'note'>;
  accounts: UserService;
  enrolment: Pick<FactorEnrolment, 'reset'>;
  clock: Clock;
}

export function controlHandlers(
  deps: ControlDeps,
): Record<'backup' | 'verify' | 'add-user' | 'reset-second-factor', ControlHandler> {
  const { config, database, readings, audit, anchor, installation, accounts, enrolment, clock } = deps;
  const audited = auditCommand(audit, clock);
  return {
    // It holds everything that is stored, also the hashes of passwords.
    backup: ({ file, os_user: by }, progress) =>
      audited({ action: 'installation.backup', target: String(file), command: 'backup', by }, async () => {
        const copyDatabase = (path: string) => database.backup(path);
        const source = { dataDir: config.dataDir, readings, copyDatabase };
        const manifest = await writeBackup(source, String(file), clock.nowMs(), progress);
        return { files: manifest.files.length };
      }),
    verify: async (_request, progress) => ({
      ...(await verifyStored(
        { readings, audit, anchor, installation, clock, checkDatabase: () => database.check() },
        progress,
      )),
    }),
    'add-user': async ({ user, os_user: by }) => {
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
      const entry = { action: 'user.create', target: id, command: 'user add', by, details: { username, role } };
      await audit.append(commandEntry(entry), clock.nowMs());
      return { user: added };
    },
    'reset-second-factor': async ({ username: name, os_user: by }) => {
      const user = (await accounts.list()).find(({ username }) => nameKey(username) === nameKey(String(name)));
      if (user === undefined) throw new AppError('not_found', `No user has the name ${String(name)}`);
      const factors = await enrolment.reset(user.id);
      const { id, username } = user;
      const command = 'user reset-second-factor';
      const entry = { action: 'user.second_factor_reset', target: id, command, by, details: { username, factors } };
      await audit.append(commandEntry(entry), clock.nowMs());
      return { username, factors };
    },
  };
}
