// Plays the alarm sound in one tab of the browser, and reports where the browser blocks sound.

import { withTabLock } from '../../../api/http/tab-lock.ts';
import { ChangeSignal } from '../../../live/change-signal.ts';
import { isAlarming, type LiveAlerts } from '../../../live/live-alerts.ts';
import { playTones } from './alarm-tones.ts';
import type { SignalSettings } from './signal-settings.ts';
import { chooseSound, isSameMemory, NOTHING_HEARD, type SoundChoice, type SoundMemory } from './sound-choice.ts';

/** Shared by all tabs and read after a reload, so that an alert does not sound twice. */
const KEY = 'gonsters.heard';
const GESTURES = ['pointerdown', 'keydown'] as const;
/** The volume after unmuting with the slider at zero. */
const QUIET = 0.5;

/** `blocked` until the first interaction with the page: browsers block sound before. */
export type SoundState = 'on' | 'muted' | 'blocked' | 'unsupported';

export class Siren {
  readonly signal = new ChangeSignal();
  readonly #alerts: LiveAlerts;
  readonly #settings: SignalSettings;
  readonly #ends: (() => void)[] = [];
  #context: AudioContext | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #checking = false;
  #again = false;

  constructor(alerts: LiveAlerts, settings: SignalSettings) {
    this.#alerts = alerts;
    this.#settings = settings;
  }

  get state(): SoundState {
    if (!('AudioContext' in window)) return 'unsupported';
    const { muted, volume } = this.#settings.current;
    if (muted || volume === 0) return 'muted';
    return this.#context?.state === 'running' ? 'on' : 'blocked';
  }

  start(): void {
    this.#open();
    this.#ends.push(
      this.#alerts.signal.subscribe(() => void this.#check()),
      this.#settings.signal.subscribe(() => {
        this.#open();
        this.#changed();
      }),
    );
    for (const gesture of GESTURES) {
      window.addEventListener(gesture, this.#onGesture, { capture: true, passive: true });
      this.#ends.push(() => window.removeEventListener(gesture, this.#onGesture, { capture: true }));
    }
    void this.#check();
  }

  stop(): void {
    for (const end of this.#ends.splice(0)) end();
    clearTimeout(this.#timer);
    void this.#context?.close();
    this.#context = null;
  }

  /** Upon a click: browsers ask for one. */
  async unlock(): Promise<void> {
    this.#settings.change({ muted: false, volume: this.#settings.current.volume || QUIET });
    await this.#context?.resume();
    this.#changed();
  }

  /** Upon a click. The sound of a critical alert as it would be now. */
  async test(): Promise<void> {
    await this.unlock();
    if (this.#context) playTones(this.#context, 'critical', this.#settings.current.volume);
  }

  /** No audio context is opened while the sound is muted. */
  #open(): void {
    if (this.#context !== null || this.state === 'muted' || this.state === 'unsupported') return;
    this.#context = new AudioContext();
    this.#context.onstatechange = this.#changed;
  }

  readonly #onGesture = ({ target }: Event): void => {
    // Its own click does it: the same button mutes what plays already.
    if (target instanceof Element && target.closest('[data-unlocks-sound]') !== null) return;
    if (this.#context !== null && this.#context.state !== 'running') void this.#context.resume().then(this.#changed);
  };

  readonly #changed = (): void => {
    this.signal.tell();
    void this.#check();
  };

  /** An alert that could not sound here is not marked as heard: another tab plays it, or this one later. */
  async #check(): Promise<void> {
    clearTimeout(this.#timer);
    if (this.#alerts.phase !== 'ready' || this.state === 'blocked' || this.state === 'unsupported') return;
    const known = recall();
    const ahead = this.#choose(known);
    // Most changes concern no sound; only news are worth the lock.
    if (isSameMemory(known, ahead.memory)) {
      this.#plan(ahead);
      return;
    }
    this.#again = this.#checking;
    if (this.#checking) return;
    this.#checking = true;
    try {
      await withTabLock(async () => this.#ring(), 'gonsters.siren');
    } finally {
      this.#checking = false;
    }
    if (this.#again) await this.#check();
  }

  /** Reads, decides and writes under the lock, so that no other tab interferes. */
  #ring(): void {
    const choice = this.#choose(recall());
    localStorage.setItem(KEY, JSON.stringify(choice.memory));
    if (choice.play !== null && this.state === 'on' && this.#context) {
      playTones(this.#context, choice.play, this.#settings.current.volume);
    }
    this.#plan(choice);
  }

  #choose(memory: SoundMemory): SoundChoice {
    return chooseSound(memory, this.#alerts.open.filter(isAlarming), Date.now());
  }

  #plan({ againMs }: SoundChoice): void {
    clearTimeout(this.#timer);
    if (againMs !== null) this.#timer = setTimeout(() => void this.#check(), againMs);
  }
}

function recall(): SoundMemory {
  try {
    const stored = JSON.parse(localStorage.getItem(KEY) ?? 'null') as SoundMemory | null;
    return stored === null || typeof stored.heard !== 'object' ? NOTHING_HEARD : stored;
  } catch {
    return NOTHING_HEARD;
  }
}
