// The catalogue in memory and in the database. Changes of this node are stored one after the other, then published.

import type { EventBus } from '../events/event-bus.ts';
import { CatalogueMemory } from './catalogue-memory.ts';
import type { CatalogueDifference } from './metric-events.ts';
import type { CatalogueChange, MetricRepository, StoredCatalogue } from './metric-repository.ts';

type Decide = (stored: StoredCatalogue) => CatalogueChange;

export class CatalogueStore {
  readonly memory = new CatalogueMemory();
  readonly #repository: MetricRepository;
  readonly #bus: EventBus;
  readonly #listeners: ((difference: CatalogueDifference) => void)[] = [];
  #previous: Promise<unknown> = Promise.resolve();
  /** What the memory holds. */
  #known: StoredCatalogue | null = null;
  #version = 0;

  constructor(deps: { repository: MetricRepository; bus: EventBus }) {
    this.#repository = deps.repository;
    this.#bus = deps.bus;
  }

  /** Changes with every change of the catalogue. */
  get version(): number {
    return this.#version;
  }

  /** `listener` is called after a change is in memory, before it is published. */
  onChange(listener: (difference: CatalogueDifference) => void): void {
    this.#listeners.push(listener);
  }

  /** Stores what `decide` adds to what is stored, and loads everything. Publishes nothing. */
  async start(decide: Decide): Promise<void> {
    this.#apply(await this.#repository.change(null, decide));
  }

  /**
   * Stores what `decide` returns for what is stored; in force and published when it resolves. Rejects with the error that
   * `decide` throws, and with `store_unavailable`.
   */
  change(decide: Decide): Promise<void> {
    return this.inTurn(() => this.changeNow(decide));
  }

  /** As `change`, within a call of `inTurn`. */
  async changeNow(decide: Decide): Promise<void> {
    const difference = this.#apply(await this.#repository.change(this.#known, decide));
    if (difference !== null) this.#bus.publish({ kind: 'metrics_changed', ...difference });
  }

  /** Reads everything again, after another node changed something. @returns what differs; null if nothing does */
  reload(): Promise<CatalogueDifference | null> {
    return this.inTurn(async () => this.#apply(await this.#repository.read(this.#known)));
  }

  /** What is stored now, also by other nodes; the memory is not changed. */
  stored(): Promise<StoredCatalogue> {
    return this.#repository.read(this.#known);
  }

  /** Call when the machine has been deleted, with what it overrode and its calibrations. */
  forgetMachine(machineId: string): void {
    const known = this.#known;
    if (known === null || !(known.overrides.has(machineId) || known.calibrations.has(machineId))) return;
    const withoutMachine = <T>(all: ReadonlyMap<string, T>) => new Map([...all].filter(([id]) => id !== machineId));
    const { overrides, calibrations } = known;
    this.#known = { ...known, overrides: withoutMachine(overrides), calibrations: withoutMachine(calibrations) };
    this.memory.replace(this.#known);
  }

  /** Runs `work` after all earlier changes, and before all later ones. */
  inTurn<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#previous.then(work);
    this.#previous = result.catch(() => {});
    return result;
  }

  #apply(stored: StoredCatalogue): CatalogueDifference | null {
    if (stored === this.#known) return null;
    this.#known = stored;
    const difference = this.memory.replace(stored);
    if (Object.values(difference).every((names) => names.length === 0)) return null;
    this.#version++;
    for (const listener of this.#listeners) listener(difference);
    return difference;
  }
}
