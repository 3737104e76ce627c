// Exports files one after the other, independently of the screen. No React here.

import type { ReadingExport } from '../../../api/export-api.ts';
import { writeBody } from '../../../api/http/download.ts';
import type { FileTarget } from '../../../api/http/file-target.ts';
import { ChangeSignal } from '../../../live/change-signal.ts';

export interface ExportJob {
  readonly id: number;
  readonly machineName: string;
  readonly filename: string;
  readonly asked: ReadingExport;
  /** `ready`: waits until the user chooses a place for the file. */
  phase: 'ready' | 'running' | 'done' | 'failed';
  bytes: number;
  rows: number;
  /** null before it is known. */
  totalRows: number | null;
  error: unknown;
}

/** What the runner needs of the outside. */
export interface ExportServices {
  exportRows(asked: ReadingExport, signal: AbortSignal): Promise<number>;
  exportReadings(asked: ReadingExport, signal: AbortSignal): Promise<Response>;
  /** null where the user cancels. */
  pickFile(filename: string): Promise<FileTarget | null>;
  canPick(): boolean;
}

const TELL_MS = 200;

export class ExportRunner {
  readonly signal = new ChangeSignal();
  readonly #services: ExportServices;
  #jobs: readonly ExportJob[] = [];
  #current: { job: ExportJob; abort: AbortController } | null = null;
  #nextId = 1;
  #toldMs = 0;

  constructor(services: ExportServices) {
    this.#services = services;
  }

  /** Another array whenever anything changed. */
  get jobs(): readonly ExportJob[] {
    return this.#jobs;
  }

  /** To be called while a click is being handled: the first file is begun at once, the others follow. */
  add(files: readonly Pick<ExportJob, 'machineName' | 'filename' | 'asked'>[]): void {
    const added = files.map(
      (file): ExportJob => ({
        ...file,
        id: this.#nextId++,
        phase: 'ready',
        bytes: 0,
        rows: 0,
        totalRows: null,
        error: null,
      }),
    );
    // What is over and done with makes room.
    this.#jobs = [...this.#jobs.filter((job) => job.phase !== 'done'), ...added];
    this.signal.tell();
    this.#startNext(true);
  }

  /** Where the browser lets one choose a place, each file needs a click of its own. */
  start(id: number): void {
    const job = this.#jobs.find((each) => each.id === id);
    if (job && job.phase !== 'running' && !this.#current) void this.#run(job);
  }

  /** Ends a running one, and takes away what is shown of it. */
  remove(id: number): void {
    if (this.#current?.job.id === id) this.#current.abort.abort();
    this.#jobs = this.#jobs.filter((job) => job.id !== id);
    this.signal.tell();
  }

  get busy(): boolean {
    return this.#current !== null;
  }

  stop(): void {
    this.#current?.abort.abort();
    this.#jobs = [];
  }

  #startNext(clicked: boolean): void {
    if (this.#current || (!clicked && this.#services.canPick())) return;
    const next = this.#jobs.find((job) => job.phase === 'ready');
    if (next) void this.#run(next);
  }

  async #run(job: ExportJob): Promise<void> {
    const abort = new AbortController();
    this.#current = { job, abort };
    let target: FileTarget | null = null;
    try {
      target = await this.#services.pickFile(job.filename);
      if (target === null) {
        this.remove(job.id);
        return;
      }
      Object.assign(job, { phase: 'running', bytes: 0, rows: 0, totalRows: null, error: null });
      this.#changed();
      await this.#fill(job, target, abort.signal);
      job.phase = 'done';
    } catch (error) {
      await target?.discard().catch(() => undefined);
      job.phase = 'failed';
      job.error = error;
    } finally {
      this.#current = null;
      this.#changed();
      // A cancelled export does not delay the others.
      this.#startNext(false);
    }
  }

  async #fill(job: ExportJob, target: FileTarget, signal: AbortSignal): Promise<void> {
    job.totalRows = await this.#services.exportRows(job.asked, signal);
    this.#changed();
    const response = await this.#services.exportReadings(job.asked, signal);
    let newlines = 0;
    await writeBody(response, target, signal, (piece) => {
      job.bytes += piece.byteLength;
      if (job.asked.format === 'csv') {
        newlines += countNewlines(piece);
        job.rows = rowsOf(newlines);
      }
      if (performance.now() - this.#toldMs > TELL_MS) this.#changed();
    });
    await target.close();
  }

  #changed(): void {
    this.#toldMs = performance.now();
    this.#jobs = [...this.#jobs];
    this.signal.tell();
  }
}

const NEWLINE = 10;

/** Ends of lines in a piece of a file; no cell of ours holds one. */
export function countNewlines(chunk: Uint8Array): number {
  let count = 0;
  for (let at = chunk.indexOf(NEWLINE); at >= 0; at = chunk.indexOf(NEWLINE, at + 1)) count++;
  return count;
}

/** Without the header. */
export const rowsOf = (newlines: number): number => Math.max(0, newlines - 1);
