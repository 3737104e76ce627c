// What is wrong with the targets of a route: somebody has left, or cannot be reached. Asked when a route is saved, and when it is read.

import type { ChannelKind, NotificationChannel, RouteProblem, Target } from '@gonsters/contract';
import type { DutyPlan, People } from '../people.ts';
import type { StoredRoute } from '../store/route-repository.ts';

export interface ProblemDeps {
  people: Pick<People, 'person' | 'people' | 'contactsOf'>;
  duty: Pick<DutyPlan, 'schedules'>;
  channels: {
    list(): readonly Pick<NotificationChannel, 'id' | 'kind' | 'name' | 'is_active' | 'needs_contact'>[];
  };
  /** What is wrong with an address of a kind of channel; null where nothing is. */
  addressFault: (kind: ChannelKind, address: string) => string | null;
  /** Whether the plant has an address, and webhooks. */
  hasAlertEmail: () => boolean;
  hasWebhooks: () => boolean;
}

type Problem = Pick<RouteProblem, 'problem' | 'text'>;

/** The targets that name something that does not exist; a route with one is not saved. null where it is known. */
export function unknownTarget(target: Target, { people, duty, channels, addressFault }: ProblemDeps): Problem | null {
  switch (target.kind) {
    case 'person':
      if (people.person(target.user_id) !== null) return null;
      return { problem: 'unknown_person', text: 'must be an active user' };
    case 'duty':
      if (duty.schedules.some(({ id }) => id === target.schedule_id)) return null;
      return { problem: 'unknown_schedule', text: 'must be a duty schedule' };
    case 'channel':
      return channelFault(
        target,
        channels.list().find(({ id }) => id === target.channel_id),
        addressFault,
      );
    default:
      return null;
  }
}

function channelFault(
  { address }: Extract<Target, { kind: 'channel' }>,
  channel: Pick<NotificationChannel, 'kind' | 'needs_contact'> | undefined,
  addressFault: ProblemDeps['addressFault'],
): Problem | null {
  if (channel === undefined) return { problem: 'unknown_channel', text: 'must be a channel' };
  if (address === '') {
    return channel.needs_contact
      ? { problem: 'no_contact', text: 'needs an address: the channel has none of its own' }
      : null;
  }
  const fault = addressFault(channel.kind, address);
  return fault === null ? null : { problem: 'no_contact', text: `the address ${fault}` };
}

/** Everything because of which a step of these routes would tell nobody. */
export function routeProblems(routes: readonly StoredRoute[], deps: ProblemDeps): RouteProblem[] {
  return routes.flatMap((route) =>
    route.is_active
      ? route.chain.steps.flatMap(({ tell }, at): RouteProblem[] => {
          const about = { route_id: route.id, step: at + 1 };
          if (tell.length === 0) {
            return [{ ...about, target: null, problem: 'nobody_left', text: 'Everybody who was named has left' }];
          }
          return tell.flatMap((target) => {
            const problem = problemOf(target, route, deps);
            return problem === null ? [] : [{ ...about, target, ...problem }];
          });
        })
      : [],
  );
}

function problemOf(target: Target, route: StoredRoute, deps: ProblemDeps): Problem | null {
  const { people, channels, hasAlertEmail, hasWebhooks } = deps;
  const unknown = unknownTarget(target, deps);
  if (unknown !== null) return { ...unknown, text: `What is named cannot be used any more: it ${unknown.text}` };
  switch (target.kind) {
    case 'person': {
      if (people.contactsOf(target.user_id, { severity: 'critical' }).length > 0) return null;
      return { problem: 'no_contact', text: `${people.person(target.user_id)?.name} has no verified contact point` };
    }
    case 'role': {
      const reachable = people
        .people(target.role)
        .some(({ id }) => people.contactsOf(id, { severity: 'critical' }).length > 0);
      return reachable ? null : { problem: 'no_contact', text: `No ${target.role} has a verified contact point` };
    }
    case 'channel': {
      const channel = channels.list().find(({ id }) => id === target.channel_id);
      return channel?.is_active
        ? null
        : { problem: 'no_channel', text: `The channel ${channel?.name} is switched off` };
    }
    // The default route names both, and a plant may have neither: it promises nothing then.
    case 'alert_email':
      if (hasAlertEmail() || route.is_default) return null;
      return { problem: 'no_channel', text: 'The setting alert_email is empty, or no mail server is set up' };
    case 'webhooks':
      return hasWebhooks() || route.is_default ? null : { problem: 'no_channel', text: 'There is no webhook' };
    case 'duty':
      return null;
  }
}
