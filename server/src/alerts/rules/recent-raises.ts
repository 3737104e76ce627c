// Notices conditions that chatter.

/** ISA-18.2: an alarm that is raised this often within a minute chatters. */
const CHATTER_RAISES = 3;
const CHATTER_WINDOW_MS = 60_000;

export class RecentRaises {
  /** The last raises per condition, oldest first, as far as chattering needs them. */
  readonly #raises = new Map<string, number[]>();

  /** Notes a raise. @returns whether the condition chatters */
  isChattering(key: string, atMs: number): boolean {
    const raises = [...(this.#raises.get(key) ?? []), atMs].slice(-CHATTER_RAISES);
    this.#raises.set(key, raises);
    return raises.length === CHATTER_RAISES && atMs - (raises[0] as number) <= CHATTER_WINDOW_MS;
  }
}
