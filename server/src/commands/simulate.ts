// `gonsters simulate`: simulated machines, or a recorded file, against a running server.

import { addSimulateOptions, runSimulate } from '@gonsters/simulator';
import type { Command } from 'commander';

export function addSimulateCommand(program: Command): void {
  const command = program
    .command('simulate')
    .description('publish readings of simulated machines, or replay a CSV file');
  addSimulateOptions(command);
  command.action((options: Record<string, unknown>) => runSimulate(options));
}
