// Decodes a message in our own form, or in another one that is recognised.

import { REJECTION_REASONS } from '../dead-letters/rejection-reason.ts';
import { decodeMessage, decodeTelemetry } from './decode.ts';
import type { DecodeContext } from './decode-context.ts';
import { isOwnForm, recognise } from './recognised/recognise.ts';

/** What is known of a message besides its payload. */
export interface MessageOrigin {
  /** The machine that our own topic or the address names: an id, an alias or a name; null where they name none. */
  readonly machineId: string | null;
  /** The levels of the topic. */
  readonly levels: readonly string[];
  isKnown(id: string): boolean;
  /** The ids by which the sender itself may be known as a machine. */
  senderIds(): readonly string[];
  /** The machine of a sender that sends for one machine only. */
  onlyMachine(): string | null;
}

/** @param refuseUnnamed is called for readings whose machine nothing names */
export function decodeAny(
  parsed: unknown,
  origin: MessageOrigin,
  context: DecodeContext,
  refuseUnnamed: () => void,
): void {
  const { machineId, levels } = origin;
  if (isOwnForm(parsed, machineId === null)) {
    if (machineId === null) decodeMessage(parsed, context);
    else decodeTelemetry(parsed, machineId, context);
    return;
  }
  const known = machineId ?? knownLevel(origin);
  const recognised = recognise(parsed, levels, known !== null);
  if (recognised === null) {
    if (machineId === null) decodeMessage(parsed, context);
    else decodeTelemetry(parsed, machineId, context);
    return;
  }
  if (recognised.devices.length === 0) {
    context.refuse('no_readings', '', REJECTION_REASONS.no_readings, undefined);
  }
  for (const { ids, readings } of recognised.devices) {
    const candidates = recognised.isSender ? [...ids, ...origin.senderIds()] : ids;
    const id = machineOf(candidates, recognised.isNamed ? null : known, origin);
    if (id !== null) decodeTelemetry(readings, id, context);
    else refuseUnnamed();
  }
}

/** The machine of readings by the ids that their payload has, and otherwise by the topic and the sender; null where nothing names it. */
export function machineOf(ids: readonly string[], byTopic: string | null, origin: MessageOrigin): string | null {
  const known = ids.find((id) => origin.isKnown(id));
  return origin.machineId ?? known ?? byTopic ?? ids[0] ?? origin.onlyMachine();
}

/** The whole topic, or its last level that names a machine; null where none does. */
export function knownLevel({ levels, isKnown }: MessageOrigin): string | null {
  const topic = levels.join('/');
  return isKnown(topic) ? topic : (levels.findLast((level) => level !== '' && isKnown(level)) ?? null);
}
