// What arrives, in words: who sends it, how often, in which shape, and what becomes of it.

import type { IncomingShape, IncomingStream } from '@gonsters/contract';
import { reasonText } from '../../../../components/domain/reason-text.ts';
import { groupOf } from '../model/stream-groups.ts';
import type { IncomingTexts } from '../use-incoming-text.ts';

/** Formats by the name that the server gives them. Product names are the same in every language. */
const PRODUCTS: Readonly<Record<string, string>> = {
  zigbee2mqtt: 'zigbee2mqtt',
  tasmota: 'Tasmota',
  shelly: 'Shelly',
  chirpstack: 'ChirpStack',
  umh_historian: 'UMH _historian',
  aveva: 'AVEVA',
  teltonika: 'Teltonika',
  senml: 'SenML',
  sparkplug: 'Sparkplug B',
  line_protocol: 'InfluxDB line protocol',
};

/** Reasons that say more as part of a sentence about the message. */
const SENTENCES = {
  unknown_machine: 'reason.unknown_machine',
  no_machine: 'reason.no_machine',
  bad_timestamp: 'reason.bad_timestamp',
  clock_not_set: 'reason.clock_not_set',
  in_the_future: 'reason.in_the_future',
  not_a_number: 'reason.not_a_number',
  not_a_value: 'reason.not_a_value',
  out_of_range: 'reason.out_of_range',
  bad_unit: 'reason.bad_unit',
  not_json: 'reason.not_json',
  wrong_shape: 'reason.wrong_shape',
  no_value: 'reason.no_value',
  unknown_metric: 'reason.unknown_metric',
} as const;

export function refusalText({ t, say }: IncomingTexts, reason: string): string {
  return Object.hasOwn(SENTENCES, reason) ? say(SENTENCES[reason as keyof typeof SENTENCES]) : reasonText(t, reason);
}

export function rateText({ say, format }: IncomingTexts, perMinute: number): string {
  const number = (value: number) => format.number(value, value < 10 && value % 1 !== 0 ? 1 : 0);
  return perMinute >= 60
    ? say('rate.second', { rate: number(perMinute / 60) })
    : say('rate.minute', { rate: number(perMinute) });
}

export function senderText({ say }: IncomingTexts, { gateway, client, address }: IncomingStream): string {
  if (gateway !== null) return gateway.name;
  return [client ?? say('sender.unknown'), address].filter((part) => part !== null).join(' · ');
}

export function shapeText({ say }: IncomingTexts, { kind, fields }: IncomingShape): string {
  const values = say('shape.values', { count: fields.length });
  const product = PRODUCTS[kind];
  if (product !== undefined) return `${product}, ${values}`;
  switch (kind) {
    case 'own_batch':
      return say('shape.own_batch', { values });
    case 'own_reading':
      return say('shape.own_reading', { values });
    case 'value':
      return say('shape.value');
    case 'not_json':
      return say('shape.not_json');
    case 'tag_list':
      return say('shape.tag_list', { values });
    case 'thingsboard':
      return say('shape.time_values', { values });
    case 'plain_object':
    case 'unknown':
      return say(fields.some((field) => /[.[]/.test(field)) ? 'shape.nested' : 'shape.flat', { values });
    default:
      return `${kind}, ${values}`;
  }
}

/** `lead` is the part that matters most; it may be empty. */
export function outcomeText(texts: IncomingTexts, stream: IncomingStream): { lead: string; rest: string } {
  const { say, format } = texts;
  const { outcome, refusals, discovered, machines, machine_count: count } = stream;
  const reason = refusals[0] ? refusalText(texts, refusals[0].reason) : '';
  const stored = outcome.stored + outcome.partly;
  if (outcome.refused > 0) {
    if (groupOf(stream) !== 'person') return { lead: '', rest: say('outcome.settled', { count: outcome.refused }) };
    if (stored === 0) return { lead: say('outcome.all_refused'), rest: reason };
    return { lead: say('outcome.refused', { count: outcome.refused }), rest: reason };
  }
  if (stored === 0) return { lead: '', rest: say('outcome.ignored') };
  if (discovered.length > 0) {
    const names =
      discovered.length > 3
        ? say('outcome.new_count', { count: discovered.length })
        : say('outcome.new', { names: discovered.join(', ') });
    return { lead: '', rest: names };
  }
  const partly = outcome.partly > 0 ? say('outcome.partly', { count: format.number(outcome.partly), reason }) : '';
  const where = count === 1 && machines[0] ? machines[0].name : say('outcome.machines', { count });
  return { lead: '', rest: [where, partly].filter((part) => part !== '').join('. ') };
}

export const GROUP_LABELS = { person: 'group.person', new: 'group.new', stored: 'group.stored' } as const;
