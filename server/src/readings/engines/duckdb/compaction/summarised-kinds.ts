// With which kind the values of each metric were summarised, so that the rollups can be renewed when it changes.

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { METRIC_KINDS, type MetricKind } from '@gonsters/contract';
import { readSmallFile, writeSmallFile } from '../files/small-file.ts';

/** Path below the root of the store. */
const KINDS_FILE = 'kinds.json';

/** By the name of the metric. */
interface Content {
  readonly kinds: Readonly<Record<string, MetricKind>>;
  /** Metrics whose rollups are being renewed, and the next day to renew, in days since 1970. */
  readonly renewing: Readonly<Record<string, number>>;
}

export class SummarisedKinds {
  readonly #path: string;
  readonly #kindOf: (name: string) => MetricKind;
  readonly #kinds = new Map<string, MetricKind>();
  readonly #renewing = new Map<string, number>();
  #isSaved = true;

  constructor(root: string, kindOf: (name: string) => MetricKind) {
    this.#path = join(root, KINDS_FILE);
    this.#kindOf = kindOf;
  }

  /** The path of the file, if it exists. */
  get savedPaths(): string[] {
    return existsSync(this.#path) ? [this.#path] : [];
  }

  /** If the file is damaged, the present kinds are taken for those of the rollups. */
  async open(): Promise<void> {
    const { kinds = {}, renewing = {} } = ((await readSmallFile(this.#path)) ?? {}) as Partial<Content>;
    for (const [name, kind] of Object.entries(kinds)) if (METRIC_KINDS.includes(kind)) this.#kinds.set(name, kind);
    for (const [name, day] of Object.entries(renewing)) this.#renewing.set(name, day);
  }

  /** The present kind of a metric whose values are summarised now. */
  take(name: string): MetricKind {
    const kind = this.#kindOf(name);
    if (!this.#kinds.has(name)) {
      this.#kinds.set(name, kind);
      this.#isSaved = false;
    }
    return kind;
  }

  /** Metrics whose rollups have to be renewed. Their next day is Infinity at first. */
  renewals(): { name: string; nextDay: number }[] {
    for (const [name, kind] of this.#kinds) {
      const present = this.#kindOf(name);
      if (present === kind) continue;
      // A renewal that is running begins again.
      this.#kinds.set(name, present);
      this.#renewing.set(name, Number.MAX_SAFE_INTEGER);
      this.#isSaved = false;
    }
    return [...this.#renewing].map(([name, nextDay]) => ({ name, nextDay }));
  }

  /** `nextDay` null: all days have been renewed. */
  async noteRenewed(name: string, nextDay: number | null): Promise<void> {
    if (nextDay === null) this.#renewing.delete(name);
    else this.#renewing.set(name, nextDay);
    this.#isSaved = false;
    await this.save();
  }

  async save(): Promise<void> {
    if (this.#isSaved) return;
    const content: Content = {
      kinds: Object.fromEntries(this.#kinds),
      renewing: Object.fromEntries(this.#renewing),
    };
    await writeSmallFile(this.#path, content);
    this.#isSaved = true;
  }
}
