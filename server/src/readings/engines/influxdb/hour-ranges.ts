// Sets of hours as short text: `491000-491003,491010`.

import { runsOf } from '../../time-buckets.ts';

export function writeHours(hours: Iterable<number>): string {
  return runsOf([...hours])
    .map(({ first, last }) => (first === last ? `${first}` : `${first}-${last}`))
    .join(',');
}

/** Runs of hours, both ends included. */
export function readHours(text: string): { first: number; last: number }[] {
  return text.split(',').map((run) => {
    const [, first, last] = /^(-?\d+)(?:-(-?\d+))?$/.exec(run) ?? [];
    return { first: Number(first), last: Number(last ?? first) };
  });
}
