// Reads every listed file once a week and compares it with its checksum, slowly and only while there is little else to do.

import { type FileHandle, open } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { crc32 } from 'node:zlib';
import type { MonotonicClock } from '../../../../clock.ts';
import type { Logger } from '../../../../log.ts';
import { DAY_MS } from '../../../time-buckets.ts';
import type { Manifest } from './manifest.ts';
import type { CheckedFile } from './manifest-lines.ts';
import type { PartitionCatalog } from './partition-catalog.ts';

const CHECK_EVERY_MS = 7 * DAY_MS;
/** One run ends after this time, so that other background jobs are not delayed for long. The next run continues. */
const RUN_FOR_MS = 5_000;
/** The checksum of this much takes less than a millisecond of the event loop. */
const CHUNK_BYTES = 1 << 20;
/** A year of 500 machines at 1 Hz is 66 GB, which takes two and a half hours at this rate. */
const BYTES_PER_MS = 8_000;
/** Also after a small file, so that thousands of them do not follow each other without a pause. */
const MIN_PAUSE_MS = 5;
/** The server has much to do if its event loop was busy for more than this share of the last second. */
const MAX_UTILIZATION = 0.8;
const MEASURE_EVERY_MS = 1_000;

/** A file whose check is under way, possibly since an earlier run. */
interface Check {
  readonly file: CheckedFile;
  offset: number;
  crc: number;
}

export class WeeklyCheck {
  readonly #manifest: Pick<Manifest, 'dueForCheck' | 'isListed' | 'noteChecked'>;
  readonly #catalog: Pick<PartitionCatalog, 'root' | 'quarantine'>;
  readonly #monotonic: MonotonicClock;
  readonly #hasOtherWork: () => boolean;
  readonly #log: Logger;
  readonly #buffer = Buffer.alloc(CHUNK_BYTES);
  #current: Check | null = null;
  #measured = performance.eventLoopUtilization();
  #measuredMs = performance.now();

  /** `hasOtherWork` tells whether the store has something else to do. Then the run ends. */
  constructor(deps: {
    manifest: Pick<Manifest, 'dueForCheck' | 'isListed' | 'noteChecked'>;
    catalog: Pick<PartitionCatalog, 'root' | 'quarantine'>;
    monotonic: MonotonicClock;
    hasOtherWork: () => boolean;
    log: Logger;
  }) {
    this.#manifest = deps.manifest;
    this.#catalog = deps.catalog;
    this.#monotonic = deps.monotonic;
    this.#hasOtherWork = deps.hasOtherWork;
    this.#log = deps.log;
  }

  /** Checks files that are due at `nowMs`, those that have waited longest first. A damaged file is quarantined. */
  async run(nowMs: number, ending: AbortSignal): Promise<void> {
    const due = this.#manifest.dueForCheck(nowMs - CHECK_EVERY_MS, nowMs);
    const endMs = this.#monotonic.elapsedMs() + RUN_FOR_MS;
    while (!ending.aborted && this.#monotonic.elapsedMs() < endMs) {
      if (this.#hasOtherWork() || this.#isLoopBusy()) return;
      if (this.#current === null || !this.#manifest.isListed(this.#current.file)) {
        const file = due.shift();
        if (file === undefined) return;
        this.#current = { file, offset: 0, crc: 0 };
      }
      await this.#continue(this.#current, nowMs, ending);
    }
  }

  /** Reads one chunk of a file, and judges the file after the last one. */
  async #continue(check: Check, nowMs: number, ending: AbortSignal): Promise<void> {
    const { file } = check;
    const read = await this.#read(join(this.#catalog.root, file.name), check.offset);
    if (read > 0) {
      check.offset += read;
      check.crc = crc32(this.#buffer.subarray(0, read), check.crc);
      const pauseMs = Math.max(MIN_PAUSE_MS, read / BYTES_PER_MS);
      await delay(pauseMs, undefined, { signal: ending, ref: false }).catch(() => undefined);
      return;
    }
    this.#current = null;
    // It was replaced or has expired meanwhile.
    if (!this.#manifest.isListed(file)) return;
    if (read === 0 && check.offset === file.bytes && check.crc === file.crc) {
      await this.#manifest.noteChecked(file, nowMs);
      return;
    }
    this.#log.error(
      { file: file.name },
      'The weekly check found a file of readings that is missing or has changed since it was written. It was quarantined',
    );
    await this.#catalog.quarantine(join(this.#catalog.root, file.name));
  }

  #isLoopBusy(): boolean {
    const nowMs = performance.now();
    if (nowMs - this.#measuredMs < MEASURE_EVERY_MS) return false;
    const before = this.#measured;
    this.#measured = performance.eventLoopUtilization();
    this.#measuredMs = nowMs;
    return performance.eventLoopUtilization(this.#measured, before).utilization > MAX_UTILIZATION;
  }

  /** Number of bytes that were read into the buffer; −1 if the file cannot be read. */
  async #read(path: string, offset: number): Promise<number> {
    let handle: FileHandle | null = null;
    try {
      handle = await open(path, 'r');
      return (await handle.read(this.#buffer, 0, CHUNK_BYTES, offset)).bytesRead;
    } catch {
      return -1;
    } finally {
      await handle?.close();
    }
  }
}
