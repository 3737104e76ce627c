// How often machines send, as the profiles of their gateways state it. Alerts are evaluated on one node, messages arrive on all.

/** UTC ms by machine; for other nodes. */
export type SendIntervalsDelta = readonly (readonly [machineId: string, intervalMs: number])[];

const MAX_MACHINES = 100_000;
/** A node that has just started learns of it within this time. */
const SHARED_EVERY_MS = 60_000;
const MAX_SHARED_AT_ONCE = 1_000;

export class SendIntervals {
  readonly #msOf = new Map<string, number>();
  readonly #sharedMs = new Map<string, number>();
  readonly #toShare = new Map<string, number>();

  /** 0 where no profile states it. */
  msOf(machineId: string): number {
    return this.#msOf.get(machineId) ?? 0;
  }

  /** A message of the machine came, with a rule that states its interval. */
  note(machineId: string, intervalMs: number, nowMs: number): void {
    const isNew = this.#msOf.get(machineId) !== intervalMs;
    if (!isNew && nowMs - (this.#sharedMs.get(machineId) ?? Number.NEGATIVE_INFINITY) < SHARED_EVERY_MS) return;
    this.#set(machineId, intervalMs);
    this.#sharedMs.set(machineId, nowMs);
    this.#toShare.set(machineId, intervalMs);
  }

  /** The profiles changed: intervals are stated anew as messages come. */
  clear(): void {
    this.#msOf.clear();
    this.#sharedMs.clear();
    this.#toShare.clear();
  }

  /** What other nodes have not been told; null where there is nothing. */
  takeDelta(): SendIntervalsDelta | null {
    if (this.#toShare.size === 0) return null;
    const share = [...this.#toShare].slice(0, MAX_SHARED_AT_ONCE);
    for (const [machineId] of share) this.#toShare.delete(machineId);
    return share;
  }

  merge(share: SendIntervalsDelta): void {
    for (const [machineId, intervalMs] of share) this.#set(machineId, intervalMs);
  }

  #set(machineId: string, intervalMs: number): void {
    if (this.#msOf.size >= MAX_MACHINES) this.clear();
    this.#msOf.set(machineId, intervalMs);
  }
}
