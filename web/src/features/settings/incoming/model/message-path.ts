// Where a value stands in a message, and whether a path of a profile leads there.

import { childPath, type PathFilter, type PathSegment } from '@gonsters/contract';

/** Names and indexes, from the payload. */
export type Place = readonly (string | number)[];

/** undefined where there is nothing. */
export function valueAt(payload: unknown, place: Place): unknown {
  return place.reduce(childOf, payload);
}

/** Whether `segments`, from the payload, lead to what stands at `place`. */
export function leadsTo(segments: readonly PathSegment[], payload: unknown, place: Place): boolean {
  return segments.length === place.length && leadsToOrAbove(segments, payload, place);
}

/** Whether they lead to what stands at `place` or to something that contains it. */
export function leadsToOrAbove(segments: readonly PathSegment[], payload: unknown, place: Place): boolean {
  if (segments.length > place.length) return false;
  let node = payload;
  return segments.every((segment, at) => {
    const step = place[at] as string | number;
    const isOnTheWay = admits(segment, node, step);
    node = childOf(node, step);
    return isOnTheWay;
  });
}

/** `root` is `$` or `@`. */
export const pathText = (root: '$' | '@', place: Place): string =>
  place.reduce<string>((path, step) => childPath(path, step), root);

function admits(segment: PathSegment, node: unknown, step: string | number): boolean {
  if (typeof segment === 'string') return segment === step;
  const length = Array.isArray(node) ? node.length : 0;
  if (typeof segment === 'number') return step === fromEnd(segment, length);
  switch (segment.kind) {
    case 'all':
      return true;
    case 'slice':
      return (
        typeof step === 'number' &&
        step >= fromEnd(segment.start ?? 0, length) &&
        step < fromEnd(segment.end ?? length, length)
      );
    default:
      return passes(segment, childOf(node, step));
  }
}

function passes({ path, test, literal }: PathFilter, node: unknown): boolean {
  const found = valueAt(node, path);
  if (test === 'exists') return found !== undefined;
  return test === 'is' ? found === literal : found !== literal;
}

const fromEnd = (index: number, length: number): number => (index < 0 ? length + index : index);

function childOf(node: unknown, step: string | number): unknown {
  if (typeof node !== 'object' || node === null || !Object.hasOwn(node, step)) return undefined;
  return (node as Record<string | number, unknown>)[step];
}
