// The answer to “who would be told if …?” as lines of a time line.

import type { NamedTarget, RoutePreview, TellingReason } from '@gonsters/contract';

type Step = RoutePreview['steps'][number];
export type Tell = Step['tells'][number];

export interface PreviewRow {
  key: string;
  atMs: number;
  targets: readonly NamedTarget[];
  /** Why somebody of the step is not told. */
  gaps: readonly TellingReason[];
  isNobody: boolean;
  /** The same step told nobody the time before, either. */
  isAgain: boolean;
  tells: readonly PersonTold[];
}

export interface PersonTold {
  /** The person, or the address of a channel. */
  name: string;
  /** In the order in which the contact points are tried. */
  by: readonly Tell[];
}

export function previewRows({ steps }: Pick<RoutePreview, 'steps'>): PreviewRow[] {
  const silent = new Set<string>();
  return steps.map((step, place) => {
    const same = `${step.route_id} ${step.number} ${step.target}`;
    const isNobody = step.tells.length === 0;
    const isAgain = isNobody && silent.has(same);
    if (isNobody) silent.add(same);
    return {
      key: `${step.at} ${same} ${place}`,
      atMs: Date.parse(step.at),
      targets: step.targets,
      gaps: step.gap_reasons,
      isNobody,
      isAgain,
      tells: byPerson(step.tells),
    };
  });
}

function byPerson(tells: readonly Tell[]): PersonTold[] {
  const people = new Map<string, { name: string; by: Tell[] }>();
  for (const tell of tells) {
    const key = tell.person?.id ?? `${tell.channel_id} ${tell.contact}`;
    const told = people.get(key) ?? { name: tell.person?.name ?? tell.contact, by: [] };
    told.by.push(tell);
    people.set(key, told);
  }
  return [...people.values()];
}
