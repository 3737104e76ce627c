// Routes in words: which alerts, and whom their steps tell.

import type { NotificationRoute, RouteMatch, RouteProblem, Target } from '@gonsters/contract';
import type { TellingNames } from '../../telling/use-telling-names.ts';
import type { Say } from '../../telling/use-telling-text.ts';

export function targetText(say: Say, names: TellingNames, target: Target): string {
  switch (target.kind) {
    case 'person':
      return say('target.text.person', { name: names.person(target.user_id) ?? say('target.unknown') });
    case 'role':
      return say('target.text.role', { role: target.role });
    case 'duty':
      return say('target.text.duty', { name: names.schedule(target.schedule_id) ?? say('target.unknown') });
    case 'channel': {
      const name = names.channel(target.channel_id) ?? say('target.unknown');
      return target.address === ''
        ? say('target.text.channel', { name })
        : say('target.text.channel_to', { name, address: target.address });
    }
    case 'alert_email':
    case 'webhooks':
      return say(`target.text.${target.kind}`);
  }
}

/** What of `match` narrows; empty where nothing does. */
export function matchText(say: Say, names: TellingNames, match: RouteMatch): string {
  const { locations = [], machine_ids: machines = [], sensor_types: types = [], metrics = [] } = match;
  const { severities = [], conditions = [], shifts = [], holidays } = match;
  return [
    ...locations,
    ...types,
    ...(machines.length === 0 ? [] : [say('match.machine_count', { count: machines.length })]),
    ...metrics.map(names.metric),
    ...severities.map((severity) => say(`match.severity.${severity}`)),
    ...conditions.map((condition) => say(`condition.${condition}`)),
    ...shifts,
    ...(holidays === undefined ? [] : [say(holidays ? 'match.holidays.only' : 'match.holidays.not')]),
  ].join(', ');
}

export function routeName(say: Say, route: Pick<NotificationRoute, 'is_default' | 'name'>): string {
  return route.is_default ? say('routes.everything') : route.name;
}

export function problemText(say: Say, names: TellingNames, { problem, target }: RouteProblem): string {
  return say(`problem.${problem}`, { target: target === null ? '' : targetText(say, names, target) });
}
