// The worker's end of the line to the process that measures.

/** Waits for the input, runs, and sends what comes out. `finished` resolves when the measurer says so. */
export function serveWorker<Input, Output>(run: (input: Input, finished: Promise<void>) => Promise<Output>): void {
  let finish = (): void => undefined;
  const finished = new Promise<void>((resolve) => {
    finish = resolve;
  });
  process.on('message', (message: { input?: Input; finish?: true }) => {
    if (message.finish) finish();
    else
      run(message.input as Input, finished).then(
        (output) => process.send?.(output),
        (error: Error) => {
          process.stderr.write(`${error.stack}\n`);
          process.exit(1);
        },
      );
  });
  process.once('disconnect', () => process.exit(0));
}
