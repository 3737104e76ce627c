// `gonsters verify`: checks everything that is stored; exits with 1 where something is wrong.

import type { VerifyReport } from '../backup/verify-stored.ts';
import { readConfig } from '../config.ts';
import type { Environment } from '../environment.ts';
import { onDataDirectory } from './on-data-directory.ts';

export async function verify(env: Environment): Promise<void> {
  const report = (await onDataDirectory(readConfig(env), { command: 'verify' })) as unknown as VerifyReport;
  for (const fault of report.faults) process.stderr.write(`${fault}\n`);
  process.stdout.write(`${JSON.stringify(report)}\n`);
  if (report.faults.length > 0) process.exitCode = 1;
}
