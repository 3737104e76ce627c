// `gonsters user add`: a new user; the password comes from standard input, so that it stands in no process list.

import { text } from 'node:stream/consumers';
import type { Role } from '@gonsters/contract';
import { readConfig } from '../config.ts';
import type { Environment } from '../environment.ts';
import { onDataDirectory } from './on-data-directory.ts';

export async function addUser(env: Environment, user: { username: string; email: string; role: Role }): Promise<void> {
  const config = readConfig(env);
  if (process.stdin.isTTY) process.stderr.write('Password (end with Enter and Ctrl-D): ');
  const password = (await text(process.stdin)).replace(/\r?\n$/, '');
  await onDataDirectory(config, { command: 'add-user', user: { ...user, password } });
  process.stderr.write(`User ${user.username} (${user.role}) was added\n`);
}
