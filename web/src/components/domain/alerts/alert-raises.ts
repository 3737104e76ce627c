// Each time that an alert became active, as an alert of its own, so that a chart marks all of them.

import type { Alert, AlertRaise } from '@gonsters/contract';

/** Newest first, by the id of their alert. */
export type RaisesOf = ReadonlyMap<string, readonly AlertRaise[]>;

/**
 * Every alert once for each raise that is known of it, oldest first. The alert itself represents its newest raise, which it
 * knows better than an earlier reply; where no other raise is known, it is returned alone.
 */
export function eachRaise(alerts: readonly Alert[], raisesOf: RaisesOf): Alert[] {
  return alerts.flatMap((alert) => {
    const raises = raisesOf.get(alert.id) ?? [];
    const newest = raises.find((raise) => raise.number === alert.raises);
    const earlier = raises.filter((raise) => raise.number < alert.raises).toReversed();
    return [...earlier.map((raise) => asRaised(alert, raise)), newest ? { ...alert, ...figuresOf(newest) } : alert];
  });
}

/** A key for lists, in which an alert appears once for each raise. */
export const raiseKey = (alert: Alert) => `${alert.id} ${alert.raised_at}`;

function asRaised(alert: Alert, raise: AlertRaise): Alert {
  const { severity, limit_kind, threshold, value } = raise.escalation ?? raise;
  return {
    ...alert,
    ...figuresOf(raise),
    ...{ severity, limit_kind, threshold, value },
    raised_at: raise.raised_at,
    escalated_at: raise.escalation?.at ?? null,
    cleared_at: raise.cleared_at,
  };
}

const figuresOf = ({ peak, reading_count }: AlertRaise) => ({ peak, peak_value: peak, reading_count });
