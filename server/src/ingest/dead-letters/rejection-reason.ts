// Why a payload or a reading can never be stored: stable names, counted and shown.

export const REJECTION_REASONS = {
  not_mqtt: 'Is not MQTT 3.1.1',
  not_utf8: 'Is not UTF-8',
  not_json: 'Is not JSON',
  too_deep: 'Is nested too deeply',
  too_large: 'Is larger than allowed',
  wrong_shape: 'Does not have the expected shape',
  bad_topic: 'The topic takes no readings',
  retained: 'Is a retained message without a time of its own',
  not_allowed: 'The gateway may not speak for this machine',
  unknown_machine: 'There is no such machine',
  no_value: 'At least one metric must have a value',
  not_a_number: 'Must be a finite number',
  out_of_range: 'Is outside the accepted range',
  bad_timestamp: 'Must be an ISO 8601 time or epoch milliseconds, after 1990',
  in_the_future: 'Is more than 5 minutes ahead of the server',
  too_old: 'Is older than the store of readings keeps',
  store_conflict: 'Contradicts the type of a value in the store of readings',
} as const;
export type RejectionReason = keyof typeof REJECTION_REASONS;

/** The way by which readings come in. */
export type IngestSource = 'mqtt' | 'http';
