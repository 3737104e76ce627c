// Who would be told of an alert, and when, if nobody acknowledged. It asks the same matchers, the same state machine and the same
// resolver as the dispatcher.

import { type AlertEvent, isoTime, type NotificationChannel, type RoutePreview } from '@gonsters/contract';
import type { DutyPlan, People } from '../people.ts';
import { type RoutedAlert, routesFor } from '../routes/match-routes.ts';
import type { RouteRepository } from '../store/route-repository.ts';
import { timeline } from './chain.ts';
import { reasonText, reasonTextOrNull, targetsText } from './reason-text.ts';
import type { TargetResolver } from './target-resolver.ts';

interface PreviewDeps {
  routes: Pick<RouteRepository, 'all'>;
  targets: TargetResolver;
  people: Pick<People, 'person'>;
  duty: Pick<DutyPlan, 'shiftAt' | 'isHoliday'>;
  channels: { list(): readonly Pick<NotificationChannel, 'id' | 'kind'>[] };
}

export class RoutePreviews {
  readonly #deps: PreviewDeps;

  constructor(deps: PreviewDeps) {
    this.#deps = deps;
  }

  /** @param atMs when it is raised, UTC ms */
  async of(
    alert: Omit<RoutedAlert, 'shift' | 'isHoliday'> & Pick<AlertEvent, 'machine_ids'>,
    atMs: number,
  ): Promise<Omit<RoutePreview, 'status'>> {
    const { routes, targets, people, duty, channels } = this.#deps;
    const calendar = { shift: duty.shiftAt(atMs)?.name ?? null, isHoliday: duty.isHoliday(atMs) };
    // A plant that has set up nothing promises nothing.
    const taken = routesFor(await routes.all(), { ...alert, ...calendar }).filter(
      ({ is_default: isDefault, chain }) => !isDefault || chain.steps.some(({ tell }) => targets.promises(tell)),
    );
    const kinds = new Map(channels.list().map(({ id, kind }) => [id, kind]));
    const said = new Set<string>();
    const moments = taken
      .flatMap((route, order) =>
        timeline(route.chain, atMs).map((moment) => ({
          ...{ ...moment, route, order },
          tell: route.chain.steps[moment.step]?.tell ?? [],
        })),
      )
      .sort((a, b) => a.atMs - b.atMs || a.order - b.order);
    const steps = moments.map(({ atMs: dueMs, step, repetition, route, tell }) => {
      const { tells, gaps } = targets.resolve(tell, alert, dueMs);
      const named = tell.map((target) => targets.nameOf(target));
      // Two routes whose steps of the same number name the same person tell it once.
      const first = tells.filter(({ person, contact, channel }) => {
        const key = `${step}.${repetition}:${person ?? contact}:${channel}`;
        return !said.has(key) && said.add(key) !== undefined;
      });
      return {
        at: isoTime(dueMs),
        number: step + 1,
        repetition,
        route_id: route.id,
        target: targetsText(named),
        targets: named,
        tells: first.map(({ person, channel, display, note }) => ({
          person: person === null ? null : { id: person, name: people.person(person)?.name ?? '' },
          channel_id: channel,
          kind: kinds.get(channel) ?? 'webhook',
          contact: display,
          note: reasonTextOrNull(note),
          note_reason: note,
        })),
        gap: gaps.length === 0 ? null : gaps.map(reasonText).join('. '),
        gap_reasons: [...gaps],
      };
    });
    return {
      routes: taken.map(({ id, name }) => ({ id, name })),
      steps,
      ends_at: isoTime(moments.at(-1)?.atMs ?? atMs),
      nobody: steps.every(({ tells }) => tells.length === 0),
    };
  }
}
