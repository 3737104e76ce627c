// Decides which controls may be used. One that has just changed what it refers to is ignored for a second, so that a click
// that was meant for the previous subject does nothing to another.

/** Longer than a double click, and than it takes to notice a change and release the button. */
export const READY_AFTER_MS = 1_000;
/** A control that appears may still be in motion, as in a drawer that slides in. */
const ARRIVAL_MS = 300;

/** In the viewport, px. */
export interface Box {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

/** What is on screen at one moment. */
export interface ShownControl<Key> {
  readonly key: Key;
  /** What it does to what: two controls with the same subject do the same. */
  readonly subject: string;
  readonly box: Box;
}

interface KnownControl {
  readonly subject: string;
  readonly box: Box;
  readonly arrivedMs: number;
  /** When its place last belonged to another subject, or it to another place. */
  readonly changedMs: number;
}

interface Place {
  readonly subject: string;
  readonly box: Box;
}

export class ActivationGuard<Key> {
  #controls: ReadonlyMap<Key, KnownControl> = new Map();
  #left: readonly (Place & { leftMs: number })[] = [];

  /**
   * @param shown every control on screen, in any order
   * @param scrolling the user scrolls the list, and sees what comes
   */
  observe(shown: readonly ShownControl<Key>[], nowMs: number, scrolling = false): void {
    const before = this.#controls;
    const left = scrolling ? [] : placesLeft(before, shown);
    const recent = this.#left.filter(({ leftMs }) => nowMs - leftMs < READY_AFTER_MS);
    this.#left = [...recent, ...left.map((place) => ({ ...place, leftMs: nowMs }))];
    const occupied = [...before.values(), ...this.#left];
    const isTaken = ({ subject, box }: Place) =>
      !scrolling && occupied.some((place) => place.subject !== subject && overlap(place.box, box));
    const isUncovered = ({ subject, box }: Place) =>
      left.some((place) => place.subject !== subject && overlap(place.box, box));
    this.#controls = new Map(
      shown.map(({ key, subject, box }) => {
        const known = before.get(key);
        const place = { subject, box };
        if (known === undefined) {
          return [key, { ...place, arrivedMs: nowMs, changedMs: isTaken(place) ? nowMs : Number.NEGATIVE_INFINITY }];
        }
        if (known.subject !== subject) return [key, { ...known, ...place, changedMs: nowMs }];
        if (!hasMoved(known.box, box)) return [key, isUncovered(known) ? { ...known, changedMs: nowMs } : known];
        const isArriving = nowMs - known.arrivedMs < ARRIVAL_MS;
        const isChanged = isArriving ? isTaken(place) : !scrolling;
        return [key, { ...known, box, changedMs: isChanged ? nowMs : known.changedMs }];
      }),
    );
  }

  /** Whether it may be used. One that has not been observed may not. */
  isReady(key: Key, nowMs: number): boolean {
    const known = this.#controls.get(key);
    return known !== undefined && nowMs - known.changedMs >= READY_AFTER_MS;
  }

  /** How long until one more may be used; null where all may. */
  nextReadyInMs(nowMs: number): number | null {
    let soonest: number | null = null;
    for (const { changedMs } of this.#controls.values()) {
      const waitMs = changedMs + READY_AFTER_MS - nowMs;
      if (waitMs > 0 && waitMs < (soonest ?? Number.POSITIVE_INFINITY)) soonest = waitMs;
    }
    return soonest;
  }
}

/** Places that a subject has left. */
function placesLeft<Key>(before: ReadonlyMap<Key, KnownControl>, shown: readonly ShownControl<Key>[]): Place[] {
  const now = new Map(shown.map((control) => [control.key, control]));
  return [...before].flatMap(([key, known]) => {
    const control = now.get(key);
    return control?.subject === known.subject && !hasMoved(known.box, control.box) ? [] : [known];
  });
}

/** Moved so far that its centre is outside of its former place. A few pixels do not matter. */
function hasMoved(from: Box, to: Box): boolean {
  const [x, y] = [(to.left + to.right) / 2, (to.top + to.bottom) / 2];
  return x < from.left || x > from.right || y < from.top || y > from.bottom;
}

const overlap = (a: Box, b: Box) => a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;
