// The command line: names the commands, and turns failures into exit codes. A command is imported when it is run, so that
// it does not load the libraries of the others.

import { readFileSync } from 'node:fs';
import type { Role } from '@gonsters/contract';
import { Command, Option } from 'commander';
import { addSimulateCommand } from './commands/simulate.ts';
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
  .action(async () => (await import('./commands/start.ts')).start(readEnvironment()));
program
  .command('migrate')
  .description('bring the database of DATA_DIR to this version')
  .action(async () => (await import('./commands/migrate.ts')).migrate(readEnvironment()));
program
  .command('backup <file>')
  .description('write everything that is stored into one file, also while the server runs')
  .action(async (file: string) => (await import('./commands/backup.ts')).backup(readEnvironment(), file));
program
  .command('restore <file>')
  .description('fill an empty DATA_DIR from a backup')
  .action(async (file: string) => (await import('./commands/restore.ts')).restore(readEnvironment(), file));
program
  .command('verify')
  .description('check what is stored: files, rollups, database and audit chain; also while the server runs')
  .action(async () => (await import('./commands/verify.ts')).verify(readEnvironment()));
program
  .command('transfer')
  .alias('move')
  .description('copy everything from a stopped embedded installation to PostgreSQL and InfluxDB, and compare both')
  .option('--to-postgres <url>', 'an empty database, such as postgres://user:password@host:5432/gonsters')
  .option('--to-influx <url>', 'InfluxDB with an empty database or bucket, such as http://host:8086')
  .addHelpText(
    'after',
    '\nINFLUXDB_TOKEN, INFLUXDB_ORG and INFLUXDB_BUCKET count as for the server, PGPASSWORD is the password of an address' +
      ' without one:\nneither need stand in the list of processes. An interrupted transfer is run again.',
  )
  .action(async (targets: { toPostgres?: string; toInflux?: string }) =>
    (await import('./commands/transfer.ts')).transfer(readEnvironment(), targets),
  );
program
  .command('decommission')
  .alias('leave')
  .description('remove a node from the plant; messages that the MQTT broker holds for it are stored first')
  .option(
    '--node <name>',
    'another node that is dead, by its id or its computer; without it, the stopped one of DATA_DIR',
  )
  .addHelpText('after', '\nThe command is refused while that node runs. If it is interrupted, run it again.')
  .action(async (options: { node?: string }) =>
    (await import('./commands/decommission.ts')).decommission(readEnvironment(), options),
  );
addSimulateCommand(program);
const user = program.command('user').description('users');
user
  .command('add <username>')
  .description('add a user; the password is read from standard input')
  .requiredOption('--email <address>', 'e-mail address')
  .addOption(
    new Option('--role <role>', 'what they may do')
      .choices(['Operator', 'Supervisor', 'Management'])
      .default('Operator'),
  )
  .action(async (username: string, options: { email: string; role: Role }) =>
    (await import('./commands/user-add.ts')).addUser(readEnvironment(), { username, ...options }),
  );
user
  .command('reset-second-factor <username>')
  .description('remove the second factors and recovery codes of a user who has lost them; ends the sessions')
  .action(async (username: string) =>
    (await import('./commands/user-reset-second-factor.ts')).resetSecondFactor(readEnvironment(), username),
  );

try {
  await program.parseAsync();
} catch (error) {
  // A failure of the catalogue can be corrected by the user and needs no stack trace. Anything else is a defect.
  process.stderr.write(isAppError(error) ? `gonsters: ${error.message}\n` : `${(error as Error).stack}\n`);
  process.exitCode = 1;
}
