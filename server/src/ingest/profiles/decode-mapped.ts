// Decodes a message with a rule of a profile.

import { decodeTelemetry } from '../codecs/decode.ts';
import { knownLevel, type MessageOrigin, machineOf } from '../codecs/decode-any.ts';
import type { DecodeContext } from '../codecs/decode-context.ts';
import { REJECTION_REASONS } from '../dead-letters/rejection-reason.ts';
import type { MatchedRule } from './compile-profile.ts';

/** @param context its zone is that of the rule, where the rule has one */
export function decodeMapped(
  parsed: unknown,
  { compiled, parts, onMachine }: Pick<MatchedRule, 'compiled' | 'parts' | 'onMachine'>,
  origin: MessageOrigin,
  context: DecodeContext,
): void {
  const { map, share, rule } = compiled;
  if (share.isSpent(context.nowMs)) {
    context.refuse('profile_too_costly', '', 'The profile has used its share of this second', undefined);
    return;
  }
  const { devices, faults, nodes } = map(parsed, parts, origin.levels);
  share.spend(nodes, context.nowMs);
  for (const { reason, field, error, value } of faults) context.refuse(reason, field, error, value);
  const strict = rule.unset_clock === 'refuse' ? { ...context, refusesUnsetClock: true } : context;
  const own = onMachine === null ? strict : notingMachines(strict, onMachine);
  for (const { id, ids, readings } of devices) {
    const machine = id ?? machineOf(ids, knownLevel(origin), origin);
    if (machine === null) context.refuse('no_machine', 'machine_id', REJECTION_REASONS.no_machine, undefined);
    else decodeTelemetry(readings.length === 1 ? readings[0] : readings, machine, own);
  }
}

function notingMachines(context: DecodeContext, onMachine: NonNullable<MatchedRule['onMachine']>): DecodeContext {
  return {
    ...context,
    place: (id, described) => {
      const place = context.place(id, described);
      if (typeof place !== 'string') onMachine(place.machineId, context.nowMs);
      return place;
    },
  };
}
