// The simulation as a command: options from text, signals, what is printed, and the exit code.

import { SimulationError } from './publisher.ts';
import { OptionError, readSimulateOptions, SIMULATE_OPTIONS } from './simulate-options.ts';

/** The part of a commander command that declaring options needs. */
interface OptionTarget {
  option(flags: string, description: string, defaultValue?: string): unknown;
}

export function addSimulateOptions(command: OptionTarget): void {
  for (const { name, value, default: fallback, help } of SIMULATE_OPTIONS) {
    const flags = value === null ? `--${name}` : `--${name} <${value}>`;
    if (fallback === '') command.option(flags, help);
    else command.option(flags, help, fallback);
  }
}

/**
 * Runs with options as text until it is done or a signal comes; prints progress on standard error and the totals as
 * one line of JSON on standard output. Sets the exit code: 1 where something failed or was not acknowledged.
 */
export async function runSimulate(given: Readonly<Record<string, unknown>>): Promise<void> {
  const say = (line: string) => process.stderr.write(`simulate: ${line}\n`);
  const abort = new AbortController();
  const stop = () => abort.abort();
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);
  try {
    // Its libraries are loaded only where something is simulated: the server shares this command line.
    const { simulate } = await import('./simulate.ts');
    const totals = await simulate(readSimulateOptions(given), abort.signal, say);
    process.stdout.write(`${JSON.stringify({ event: 'done', ...totals })}\n`);
    if (totals.acknowledged + totals.refused < totals.sent || totals.refused > 0) {
      say(`${totals.sent - totals.acknowledged} of ${totals.sent} readings were not acknowledged`);
      if (!abort.signal.aborted) process.exitCode = 1;
    }
  } catch (error) {
    if (!(error instanceof SimulationError) && !(error instanceof OptionError)) throw error;
    say(error.message);
    process.exitCode = 1;
  } finally {
    process.off('SIGINT', stop);
    process.off('SIGTERM', stop);
  }
}
