// Why a payload or a reading can never be stored. The names are stable; they label counters and lists.

export const REJECTION_REASONS = {
  not_mqtt: 'Is not MQTT',
  not_utf8: 'Is not UTF-8',
  not_json: 'Is not JSON',
  not_line_protocol: 'Is not line protocol',
  too_deep: 'Is nested too deeply',
  too_large: 'Is larger than allowed',
  wrong_shape: 'Does not have the expected shape',
  bad_topic: 'Readings are not accepted on this topic',
  sparkplug_off: 'Sparkplug B is switched off: set SPARKPLUG_HOST_ID to the id of the host to receive it',
  not_sparkplug: 'Is not a payload, or not a topic, of Sparkplug B',
  no_birth: 'The node or device has sent no birth certificate since the server started, or since its death',
  unknown_alias: 'The birth certificate names no metric with this alias',
  sparkplug_busy: 'Too much of Sparkplug waits for births to be stored, or the node has too many devices',
  retained: 'Is a retained message without a time of its own',
  not_allowed: 'The gateway may not send readings of this machine',
  wrong_factory: 'The topic names another factory than that of the machine',
  unknown_machine: 'No machine has this id',
  no_machine: 'Neither the topic nor the payload names a machine',
  no_readings: 'Is a message of a known format that carries no readings',
  profile_too_costly: 'To map it with the profile of the gateway would take too long',
  no_value: 'At least one metric must have a value',
  not_a_number: 'Must be a finite number',
  out_of_range: 'Is outside the accepted range',
  not_of_kind: 'Is not of the kind of the metric: true or false, or a text of at most 64 characters',
  not_a_value: 'Must be a number, true or false, or a text of at most 64 characters',
  free_text: 'Is free text: more than 32 different texts came, so it is no state',
  bad_unit: 'The unit is not understood, or belongs to another quantity',
  ambiguous_field: 'Two lines of this machine and time have this field, with different tags',
  unknown_metric: 'No metric has this name, and new metrics are not added by themselves',
  too_many_metrics: 'The plant, the machine or the gateway has the most metrics that are allowed',
  bad_timestamp: 'Must be an ISO 8601 time or epoch milliseconds, after 1990',
  clock_not_set: 'Is before 1990, so the clock of the device is not set: the time of arrival is used',
  in_the_future: 'Is more than 5 minutes ahead of the server',
  too_old: 'Is older than the retention of the store of readings',
  already_stored: 'Another value is stored, which only Supervisor and Management may correct',
  store_conflict: 'Conflicts with the type of a value in the store of readings',
} as const;
export type RejectionReason = keyof typeof REJECTION_REASONS;

/** With these the value is stored, as bad or with another time, or there was nothing to store. */
const NOT_LOST: ReadonlySet<RejectionReason> = new Set([
  ...(['out_of_range', 'bad_unit', 'clock_not_set', 'no_readings', 'retained'] as const),
]);

/** What of a message is not stored, 0 to 1, with the first reason; null if nothing is lost. */
export function lostPart(
  refusals: Iterable<{ readonly reason: RejectionReason; readonly count: number }>,
  storedValues: number,
): { part: number; why: string } | null {
  let lost = 0;
  let first: RejectionReason | null = null;
  for (const { reason, count } of refusals) {
    if (NOT_LOST.has(reason)) continue;
    lost += count;
    first ??= reason;
  }
  return first === null ? null : { part: lost / (lost + storedValues), why: REJECTION_REASONS[first] };
}

/** The protocol by which a payload was received. */
export type IngestSource = 'mqtt' | 'http';
