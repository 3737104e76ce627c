// Volume of the alarm and level of notifications: remembered on this device, shared by all tabs.

import { ChangeSignal } from '../../../live/change-signal.ts';

const KEY = 'gonsters.signals';

export type NotifyLevel = 'off' | 'critical' | 'all';

export interface Signals {
  /** 0 to 1. */
  readonly volume: number;
  readonly muted: boolean;
  readonly notify: NotifyLevel;
}

const DEFAULTS: Signals = { volume: 0.7, muted: false, notify: 'off' };

export class SignalSettings {
  readonly signal = new ChangeSignal();
  #current = remembered();

  get current(): Signals {
    return this.#current;
  }

  start(): void {
    window.addEventListener('storage', this.#onStorage);
  }

  stop(): void {
    window.removeEventListener('storage', this.#onStorage);
  }

  change(change: Partial<Signals>): void {
    this.#current = { ...this.#current, ...change };
    localStorage.setItem(KEY, JSON.stringify(this.#current));
    this.signal.tell();
  }

  readonly #onStorage = (event: StorageEvent): void => {
    if (event.key !== KEY) return;
    this.#current = remembered();
    this.signal.tell();
  };
}

function remembered(): Signals {
  try {
    const stored = JSON.parse(localStorage.getItem(KEY) ?? '{}') as Partial<Signals>;
    const { volume, muted, notify } = stored;
    return {
      volume: typeof volume === 'number' && volume >= 0 && volume <= 1 ? volume : DEFAULTS.volume,
      muted: muted === true,
      notify: notify === 'critical' || notify === 'all' ? notify : DEFAULTS.notify,
    };
  } catch {
    return DEFAULTS;
  }
}
