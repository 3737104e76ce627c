// What people do to routes: add, change, order and remove them. Who leaves is removed from them, and Management is told of the gaps.

import { randomUUID } from 'node:crypto';
import type { Chain, NewRoute, RouteChange, RouteProblem } from '@gonsters/contract';
import { MOST_ROUTES } from '@gonsters/contract';
import type { Clock } from '../../clock.ts';
import { AppError } from '../../errors.ts';
import type { NoticeSender } from '../notices/notice-sender.ts';
import type { RouteRepository, StoredRoute } from '../store/route-repository.ts';
import { type ProblemDeps, routeProblems, unknownTarget } from './route-problems.ts';

export interface RouteServiceDeps extends ProblemDeps {
  repository: RouteRepository;
  notices: Pick<NoticeSender, 'send'>;
  clock: Clock;
}

export class RouteService {
  readonly #deps: RouteServiceDeps;

  constructor(deps: RouteServiceDeps) {
    this.#deps = deps;
  }

  /** In the order in which they are looked at, with what is wrong with them. */
  async list(): Promise<{ routes: StoredRoute[]; problems: RouteProblem[] }> {
    const routes = await this.#deps.repository.all();
    return { routes, problems: routeProblems(routes, this.#deps) };
  }

  /** Before the default route. Rejects with `name_taken`, `conflict` where there are too many, and `validation_failed`. */
  async add(route: NewRoute): Promise<StoredRoute> {
    const { repository, clock } = this.#deps;
    this.#refuseUnknown(route.chain);
    if ((await repository.all()).length >= MOST_ROUTES) {
      throw new AppError('conflict', `There can be at most ${MOST_ROUTES} routes`);
    }
    const id = randomUUID();
    await repository.add(id, route, clock.nowMs());
    return repository.get(id);
  }

  /** Alerts that are being told keep their chain. Rejects with `not_found`, `name_taken` and `validation_failed`. */
  async change(id: string, change: RouteChange): Promise<StoredRoute> {
    const { repository, clock } = this.#deps;
    const before = await repository.get(id);
    if (before.is_default) refuseForDefault(change);
    if (change.chain !== undefined) this.#refuseUnknown(change.chain);
    const given = Object.fromEntries(Object.entries(change).filter(([, value]) => value !== undefined));
    await repository.update(id, { ...before, ...given }, clock.nowMs());
    return repository.get(id);
  }

  /** Rejects with `not_found`, and `conflict` for the default route. */
  async remove(id: string): Promise<StoredRoute> {
    const { repository } = this.#deps;
    const route = await repository.get(id);
    if (route.is_default) throw new AppError('conflict', 'The default route cannot be removed');
    await repository.remove(id);
    return route;
  }

  /** Rejects with `conflict` where `ids` are not all routes but the default one. */
  async order(ids: readonly string[]): Promise<StoredRoute[]> {
    await this.#deps.repository.order(ids);
    return this.#deps.repository.all();
  }

  /** Removes somebody who left from every step, and tells Management which routes have a gap now. */
  async personGone({ id, name }: { readonly id: string; readonly name: string }): Promise<void> {
    const { repository, notices, clock } = this.#deps;
    const gaps: string[] = [];
    for (const route of await repository.all()) {
      const steps = route.chain.steps.map((step) => ({
        ...step,
        tell: step.tell.filter((target) => target.kind !== 'person' || target.user_id !== id),
      }));
      const emptied = steps.flatMap(({ tell }, at) =>
        tell.length === 0 && (route.chain.steps[at]?.tell.length ?? 0) > 0 ? [at + 1] : [],
      );
      if (steps.every(({ tell }, at) => tell.length === route.chain.steps[at]?.tell.length)) continue;
      await repository.update(route.id, { ...route, chain: { ...route.chain, steps } }, clock.nowMs());
      if (emptied.length > 0) gaps.push(`${route.name} (step ${emptied.join(', ')})`);
    }
    if (gaps.length === 0) return;
    await notices.send({ role: 'Management' }, 'person_gone', { person: name, gaps: gaps.join(', ') });
  }

  #refuseUnknown(chain: Chain): void {
    const faults = chain.steps.flatMap(({ tell }, step) => {
      const field = `chain.steps.${step}.tell`;
      if (tell.length === 0) return [{ field, error: 'must name somebody' }];
      return tell.flatMap((target, at) => {
        const unknown = unknownTarget(target, this.#deps);
        return unknown === null ? [] : [{ field: `${field}.${at}`, error: unknown.text }];
      });
    });
    if (faults.length > 0) throw new AppError('validation_failed', undefined, { faults });
  }
}

function refuseForDefault(change: RouteChange): void {
  const faults = (['name', 'is_active', 'match', 'continue'] as const)
    .filter((field) => change[field] !== undefined)
    .map((field) => ({ field, error: 'cannot be changed of the default route' }));
  if (faults.length > 0) throw new AppError('validation_failed', undefined, { faults });
}
