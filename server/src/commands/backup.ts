// `gonsters backup FILE`: everything that is stored, in one file.

import { resolve } from 'node:path';
import { readConfig } from '../config.ts';
import type { Environment } from '../environment.ts';
import { onDataDirectory } from './on-data-directory.ts';

export async function backup(env: Environment, file: string): Promise<void> {
  const { files } = await onDataDirectory(readConfig(env), { command: 'backup', file: resolve(file) });
  process.stderr.write(`Wrote ${file} (${files} files)\n`);
}
