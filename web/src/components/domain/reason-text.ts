// Why data was rejected, as text.

import type { PlainTextKey, Translate } from '../../i18n/text.ts';

const REASONS: Readonly<Record<string, PlainTextKey>> = {
  not_mqtt: 'ingest.reason.not_mqtt',
  not_utf8: 'ingest.reason.not_utf8',
  not_json: 'ingest.reason.not_json',
  too_deep: 'ingest.reason.too_deep',
  too_large: 'ingest.reason.too_large',
  wrong_shape: 'ingest.reason.wrong_shape',
  bad_topic: 'ingest.reason.bad_topic',
  retained: 'ingest.reason.retained',
  wrong_factory: 'ingest.reason.wrong_factory',
  not_allowed: 'ingest.reason.not_allowed',
  unknown_machine: 'ingest.reason.unknown_machine',
  no_machine: 'ingest.reason.no_machine',
  no_readings: 'ingest.reason.no_readings',
  profile_too_costly: 'ingest.reason.profile_too_costly',
  no_value: 'ingest.reason.no_value',
  not_a_number: 'ingest.reason.not_a_number',
  out_of_range: 'ingest.reason.out_of_range',
  bad_timestamp: 'ingest.reason.bad_timestamp',
  clock_not_set: 'ingest.reason.clock_not_set',
  in_the_future: 'ingest.reason.in_the_future',
  too_old: 'ingest.reason.too_old',
  store_conflict: 'ingest.reason.store_conflict',
  not_line_protocol: 'ingest.reason.not_line_protocol',
  sparkplug_off: 'ingest.reason.sparkplug_off',
  not_sparkplug: 'ingest.reason.not_sparkplug',
  no_birth: 'ingest.reason.no_birth',
  unknown_alias: 'ingest.reason.unknown_alias',
  sparkplug_busy: 'ingest.reason.sparkplug_busy',
  ambiguous_field: 'ingest.reason.ambiguous_field',
};

/** A reason that this page does not know is shown by its name. */
export function reasonText(t: Translate, name: string): string {
  const key = REASONS[name];
  return key === undefined ? name : t(key);
}
