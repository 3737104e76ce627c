// A route while it is edited.

import type { Chain, ChainStep, NewRoute, NotificationRoute, RouteMatch, Target } from '@gonsters/contract';

export interface RouteDraft {
  name: string;
  match: RouteMatch;
  goesOn: boolean;
  stopsOnClear: boolean;
  /** `key` stays with its step while the order changes. */
  steps: readonly (ChainStep & { key: number })[];
}

const MINUTE = 60;
/** Of a step that is added. */
const NEXT_WAIT = 5 * MINUTE;
const NEXT_EVERY = 5 * MINUTE;

export function routeDraft(route: NotificationRoute | null, firstTarget: Target): RouteDraft {
  if (route === null) {
    const first = { wait_seconds: 0, tell: [firstTarget], repeat: 0, every_seconds: 0, key: 0 };
    return { name: '', match: { severities: ['critical'] }, goesOn: false, stopsOnClear: false, steps: [first] };
  }
  const { name, match, chain } = route;
  const steps = chain.steps.map((step, key) => ({ ...step, key }));
  return { name, match, goesOn: route.continue, stopsOnClear: chain.stop_on_clear, steps };
}

export function withStep(draft: RouteDraft, target: Target): RouteDraft {
  const key = Math.max(-1, ...draft.steps.map((step) => step.key)) + 1;
  const step = { wait_seconds: NEXT_WAIT, tell: [target], repeat: 0, every_seconds: 0, key };
  return { ...draft, steps: [...draft.steps, step] };
}

/** A step that is repeated needs a time between its repetitions. */
export function withRepeat<Step extends ChainStep>(step: Step, repeat: number): Step {
  const every = repeat > 0 && step.every_seconds < MINUTE ? NEXT_EVERY : step.every_seconds;
  return { ...step, repeat, every_seconds: repeat > 0 ? every : 0 };
}

/** Lists that are empty do not narrow. */
export function withMatch<Name extends keyof RouteMatch>(
  match: RouteMatch,
  name: Name,
  value: RouteMatch[Name] | undefined,
): RouteMatch {
  const { [name]: _before, ...rest } = match;
  const isEmpty = value === undefined || (Array.isArray(value) && value.length === 0);
  return (isEmpty ? rest : { ...rest, [name]: value }) as RouteMatch;
}

export function chainOf({ steps, stopsOnClear }: RouteDraft): Chain {
  return { steps: steps.map(({ key: _key, ...step }) => step), stop_on_clear: stopsOnClear };
}

export function routeOf(draft: RouteDraft): Omit<NewRoute, 'is_active'> {
  return { name: draft.name.trim(), match: draft.match, continue: draft.goesOn, chain: chainOf(draft) };
}

/** Names at least one target in every step, with everything that it needs. */
export function isCompleteChain({ steps }: Pick<RouteDraft, 'steps'>): boolean {
  const isGiven = (target: Target) =>
    target.kind === 'person'
      ? target.user_id !== ''
      : target.kind === 'duty'
        ? target.schedule_id !== ''
        : target.kind === 'channel'
          ? target.channel_id !== ''
          : true;
  const isTime = (seconds: number) => Number.isInteger(seconds) && seconds >= 0;
  return (
    steps.length > 0 &&
    steps.every(
      (step) =>
        step.tell.length > 0 && step.tell.every(isGiven) && isTime(step.wait_seconds) && isTime(step.every_seconds),
    )
  );
}
