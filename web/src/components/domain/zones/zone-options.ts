// The time zones that match what somebody has typed.

import { isTimeZone } from '@gonsters/contract';
import { browserZone, offsetText } from '../../../i18n/zone.ts';
import type { ComboboxOption } from '../../ui/form/combobox.tsx';

const MOST_SHOWN = 40;

/** At most 40, each with its present offset: the zone of the browser and UTC first, then in alphabetical order. */
export function zoneOptions(typed: string): ComboboxOption[] {
  const words = typed.trim().toLowerCase().replaceAll(' ', '_');
  const zones = [...new Set([browserZone(), 'UTC', ...Intl.supportedValuesOf('timeZone')])];
  return zones
    .filter((zone) => zone.toLowerCase().includes(words))
    .slice(0, MOST_SHOWN)
    .map((zone) => ({ value: zone, label: zone, detail: isTimeZone(zone) ? offsetText(zone, Date.now()) : '' }));
}
