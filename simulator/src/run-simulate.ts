// The command: reads options and signals, prints progress and sets the exit code.

import { SimulationError } from './publisher.ts';
import { refusedText } from './refused-values.ts';
import { OptionError, readSimulateOptions, SIMULATE_OPTIONS } from './simulate-options.ts';

/** The method of a commander command that declares options. */
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
 * Runs until the simulation is done or a signal arrives. Prints progress to standard error and the totals as one line
 * of JSON to standard output. The exit code is 1 if something failed, was not acknowledged or was refused.
 */
export async function runSimulate(given: Readonly<Record<string, unknown>>): Promise<void> {
  const say = (line: string) => process.stderr.write(`simulate: ${line}\n`);
  const abort = new AbortController();
  const stop = () => abort.abort();
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);
  try {
    // Loaded only when it is needed, because the server shares this command line.
    const { simulate } = await import('./simulate.ts');
    const { refusedValues, unreadableValues, ...totals } = await simulate(
      readSimulateOptions(given),
      abort.signal,
      say,
    );
    const summary = { event: 'done', ...totals, refused_values: refusedValues, unreadable_values: unreadableValues };
    process.stdout.write(`${JSON.stringify(summary)}\n`);
    const { sent, acknowledged, refused } = totals;
    const refusedByMetric = refusedText(refusedValues);
    if (acknowledged + refused < sent)
      say(`${sent - acknowledged - refused} of ${sent} readings were not acknowledged`);
    if (refused > 0) say(`${refused} of ${sent} readings were refused`);
    if (refusedByMetric !== '') say(`Refused values: ${refusedByMetric}`);
    const isWhole = acknowledged === sent && refusedByMetric === '';
    if (!isWhole && !abort.signal.aborted) process.exitCode = 1;
  } catch (error) {
    if (!(error instanceof SimulationError) && !(error instanceof OptionError)) throw error;
    say(error.message);
    process.exitCode = 1;
  } finally {
    process.off('SIGINT', stop);
    process.off('SIGTERM', stop);
  }
}
