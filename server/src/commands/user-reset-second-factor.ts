// `gonsters user reset-second-factor`: for somebody who has lost the phone and the recovery codes, when no other manager can help.

import { readConfig } from '../config.ts';
import type { Environment } from '../environment.ts';
import { onDataDirectory } from './on-data-directory.ts';

export async function resetSecondFactor(env: Environment, username: string): Promise<void> {
  const done = await onDataDirectory(readConfig(env), { command: 'reset-second-factor', username });
  process.stderr.write(
    `${done.factors} second factors of ${done.username} were removed, and all sessions have ended. The password is unchanged\n`,
  );
}
