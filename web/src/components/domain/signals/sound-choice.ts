// Decides what to play now: a pure function of the alarming alerts, the time, and what has been played before.

import type { Alert, Severity } from '@gonsters/contract';

/** A critical alert sounds again at this interval until it is acknowledged. */
export const REPEAT_MS = 30_000;

export interface SoundMemory {
  /** Every alert that has sounded, by id and severity: 0 while it is alarming, else the time since when it is not. */
  readonly heard: Readonly<Record<string, number>>;
  /** When a critical alert last sounded. */
  readonly criticalMs: number;
}

export interface SoundChoice {
  /** One sound, the worst, however many alerts are new. */
  play: Severity | null;
  memory: SoundMemory;
  /** In how long to ask again where nothing changes before. */
  againMs: number | null;
}

export const NOTHING_HEARD: SoundMemory = { heard: {}, criticalMs: 0 };

/**
 * A reading more of a known alert is no news, an escalation is. One that was gone for less than the repeat is no news
 * either: a value that swings about its limit would ring with every reading.
 */
export function chooseSound(
  memory: SoundMemory,
  alarming: readonly Pick<Alert, 'id' | 'severity'>[],
  nowMs: number,
): SoundChoice {
  const heard: Record<string, number> = {};
  const news = new Set<Severity>();
  let critical = false;
  for (const { id, severity } of alarming) {
    const key = `${id}:${severity}`;
    const goneMs = memory.heard[key];
    if (goneMs === undefined || (goneMs > 0 && nowMs - goneMs >= REPEAT_MS)) news.add(severity);
    heard[key] = 0;
    critical ||= severity === 'critical';
  }
  for (const [key, goneMs] of Object.entries(memory.heard)) {
    if (key in heard) continue;
    const since = goneMs === 0 ? nowMs : goneMs;
    if (nowMs - since < REPEAT_MS) heard[key] = since;
  }
  const sinceMs = nowMs - memory.criticalMs;
  // A clock that was set back must not silence the repeat.
  const due = critical && (sinceMs >= REPEAT_MS || sinceMs < 0);
  const play = news.has('critical') || due ? 'critical' : news.has('warning') ? 'warning' : null;
  const criticalMs = play === 'critical' ? nowMs : memory.criticalMs;
  return {
    play,
    memory: { heard, criticalMs },
    againMs: critical ? Math.max(0, criticalMs + REPEAT_MS - nowMs) : null,
  };
}

/** Whether nothing came and nothing went, so that there is nothing to write down. */
export function isSameMemory(a: SoundMemory, b: SoundMemory): boolean {
  const keys = Object.keys(a.heard);
  return (
    a.criticalMs === b.criticalMs &&
    keys.length === Object.keys(b.heard).length &&
    keys.every((key) => a.heard[key] === b.heard[key])
  );
}
