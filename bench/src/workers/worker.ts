// The side of the worker in the communication with the bench.

/** Waits for the input, runs, and sends the output. `finished` resolves when the bench tells the worker to finish. */
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
