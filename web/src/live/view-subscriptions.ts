// Combines what the parts of the page subscribe to into the one view that is sent to the server.

import { type LiveView, MAX_DETAIL_MACHINES } from '@gonsters/contract';

const VISIBLE_HZ = 1;
const HIDDEN_HZ = 0.2;

export class ViewSubscriptions {
  readonly #changed: () => void;
  #overviewWatchers = 0;
  /** Machine → how many views show it; the newest subscription is last. */
  readonly #detailWatchers = new Map<string, number>();

  constructor(changed: () => void) {
    this.#changed = changed;
  }

  /** A hidden tab receives the overview slowly and no detail. Above the maximum of the server the newest subscriptions win. */
  view(hidden: boolean): LiveView {
    return {
      overview: this.#overviewWatchers > 0,
      detail: hidden ? [] : [...this.#detailWatchers.keys()].slice(-MAX_DETAIL_MACHINES),
      hz: hidden ? HIDDEN_HZ : VISIBLE_HZ,
    };
  }

  /** @returns a function that ends the subscription */
  watchOverview(): () => void {
    this.#overviewWatchers++;
    return this.#wish(() => {
      this.#overviewWatchers--;
    });
  }

  /** @returns a function that ends the subscription */
  watchMachine(machineId: string): () => void {
    const watchers = (this.#detailWatchers.get(machineId) ?? 0) + 1;
    this.#detailWatchers.delete(machineId);
    this.#detailWatchers.set(machineId, watchers);
    return this.#wish(() => {
      const left = (this.#detailWatchers.get(machineId) ?? 1) - 1;
      if (left === 0) this.#detailWatchers.delete(machineId);
      else this.#detailWatchers.set(machineId, left);
    });
  }

  #wish(end: () => void): () => void {
    this.#changed();
    let ended = false;
    return () => {
      if (ended) return;
      ended = true;
      end();
      this.#changed();
    };
  }
}
