// Runs the calls of the store once InfluxDB is connected, and says what a failure means.

import { AppError, isAppError } from '../../../errors.ts';
import { PendingCalls } from '../../pending-calls.ts';
import { InfluxdbError } from './influxdb-answers.ts';

const RETRY_AFTER_SECONDS = 5;

export class InfluxdbCalls {
  readonly #calls = new PendingCalls();
  readonly #prepare: () => Promise<void>;
  #connected: Promise<void> | null = null;

  /** `prepare` creates the database and reads what other nodes have stored. */
  constructor(prepare: () => Promise<void>) {
    this.#prepare = prepare;
  }

  get isOpen(): boolean {
    return this.#calls.isOpen;
  }

  open(): void {
    this.#calls.open();
  }

  /** Runs `work` once InfluxDB is connected. Failures become `store_unavailable`. */
  run<T>(work: () => Promise<T>): Promise<T> {
    return this.#calls.run(() =>
      this.connect()
        .then(work)
        .catch((cause: unknown) => {
          throw this.translated(cause);
        }),
    );
  }

  /** If it fails, the next call tries again. */
  connect(): Promise<void> {
    this.#connected ??= this.#prepare().catch((error: unknown) => {
      this.#connected = null;
      throw error;
    });
    return this.#connected;
  }

  translated(cause: unknown): AppError {
    if (isAppError(cause)) return cause;
    if (!this.isOpen) return new AppError('closed', undefined, { cause });
    // The database was dropped. The next call creates it again.
    if (cause instanceof InfluxdbError && cause.status === 404) this.#connected = null;
    return new AppError('store_unavailable', undefined, { cause, retryAfterSeconds: RETRY_AFTER_SECONDS });
  }

  /** Refuses new calls and resolves when all running calls have ended. */
  close(): Promise<void> {
    return this.#calls.close();
  }
}
