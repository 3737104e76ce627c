// Which routes take an alert: in their order, the first that matches, and those after it where it says so. Pure.

import type { AlertCondition, NotificationRoute, RouteMatch, Severity } from '@gonsters/contract';

/** What routes look at. */
export interface RoutedAlert {
  readonly location: string;
  readonly machineIds: readonly string[];
  /** Of these machines. */
  readonly sensorTypes: readonly string[];
  readonly metric: string;
  readonly severity: Severity;
  readonly condition: AlertCondition;
  /** The name of the present shift; null where there is none. */
  readonly shift: string | null;
  readonly isHoliday: boolean;
}

type Route = Pick<NotificationRoute, 'is_default' | 'is_active' | 'match' | 'continue'>;

/** The default route comes last, whatever its position, and takes everything. */
export function routesFor<R extends Route>(routes: readonly R[], alert: RoutedAlert): R[] {
  const taken: R[] = [];
  for (const route of routes) {
    if (route.is_default || !route.is_active || !matches(route.match, alert)) continue;
    taken.push(route);
    if (!route.continue) return taken;
  }
  const last = routes.find((route) => route.is_default);
  return last?.is_active ? [...taken, last] : taken;
}

function matches(match: RouteMatch, alert: RoutedAlert): boolean {
  const { locations, machine_ids: machineIds, sensor_types: types, metrics, severities, conditions } = match;
  return (
    isOneOf(locations, [alert.location]) &&
    isOneOf(machineIds, alert.machineIds) &&
    isOneOf(types, alert.sensorTypes) &&
    isOneOf(metrics, [alert.metric]) &&
    isOneOf(severities, [alert.severity]) &&
    isOneOf(conditions, [alert.condition]) &&
    isOneOf(match.shifts, alert.shift === null ? [] : [alert.shift]) &&
    (match.holidays === undefined || match.holidays === alert.isHoliday)
  );
}

const isOneOf = <T>(wanted: readonly T[] | undefined, found: readonly T[]): boolean =>
  wanted === undefined || found.some((each) => wanted.includes(each));
