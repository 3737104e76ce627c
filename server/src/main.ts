// The command line: names the commands, turns signals and failures into exit codes, and nothing else.

import { readFileSync } from 'node:fs';
import { Command, Option } from 'commander';
import { backup } from './commands/backup.ts';
import { migrate } from './commands/migrate.ts';
import { restore } from './commands/restore.ts';
import { addSimulateCommand } from './commands/simulate.ts';
import { start } from './commands/start.ts';
import { addUser } from './commands/user-add.ts';
import { verify } from './commands/verify.ts';
import { readEnvironment } from './config.ts';
import { isAppError } from './errors.ts';

const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as {
  version: string;
};

const program = new Command('gonsters')
  .description('Real-time monitoring of industrial machines')
  .version(version)
  .showHelpAfterError();

program
  .command('start', { isDefault: true })
  .description('start the server; settings come from the environment and a .env file')
  .action(() => start(readEnvironment()));
program
  .command('migrate')
  .description('bring the database of DATA_DIR to this version')
  .action(() => migrate(readEnvironment()));
program
  .command('backup <file>')
  .description('write everything that is stored into one file, also while the server runs')
  .action((file: string) => backup(readEnvironment(), file));
program
  .command('restore <file>')
  .description('fill an empty DATA_DIR from a backup')
  .action((file: string) => restore(readEnvironment(), file));
program
  .command('verify')
  .description('check what is stored: files, tiers, database and audit chain; also while the server runs')
  .action(() => verify(readEnvironment()));
addSimulateCommand(program);
program
  .command('user')
  .description('people')
  .command('add <username>')
  .description('add a user; the password is read from standard input')
  .requiredOption('--email <address>', 'e-mail address')
  .addOption(
    new Option('--role <role>', 'what they may do')
      .choices(['Operator', 'Supervisor', 'Management'])
      .default('Operator'),
  )
  .action((username: string, options: { email: string; role: 'Operator' | 'Supervisor' | 'Management' }) =>
    addUser(readEnvironment(), { username, ...options }),
  );

try {
  await program.parseAsync();
} catch (error) {
  // A fault that the catalogue knows is the user's to mend and needs no stack; anything else is ours.
  process.stderr.write(isAppError(error) ? `gonsters: ${error.message}\n` : `${(error as Error).stack}\n`);
  process.exitCode = 1;
}
