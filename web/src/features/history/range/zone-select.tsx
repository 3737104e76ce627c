// The choice of the time zone in which times are shown and entered.

import { Globe } from 'lucide-react';
import { useMemo } from 'react';
import { SelectButton } from '../../../components/ui/form/select-button.tsx';
import { useText } from '../../../i18n/use-text.ts';
import { browserZone } from '../../../i18n/zone.ts';
import { useZoneFormat, zoneLabel } from './use-zone-format.ts';

/** What the zone list is made of: the browser's own, UTC, then all. */
export function useZoneChoices(zone: string) {
  const { t } = useText();
  return useMemo(() => {
    const own = browserZone();
    const first = [
      { value: own, label: t('history.zone.browser', { zone: own }) },
      ...(own === 'UTC' ? [] : [{ value: 'UTC', label: 'UTC' }]),
    ];
    const all = new Set([zone, ...Intl.supportedValuesOf('timeZone')]);
    for (const { value } of first) all.delete(value);
    return { first, all: [...all].sort().map((name) => ({ value: name, label: name })) };
  }, [t, zone]);
}

export function ZoneSelect({
  zone,
  timeMs,
  onChoose,
}: {
  zone: string;
  timeMs: number;
  onChoose: (zone: string) => void;
}) {
  const { t } = useText();
  const { first, all } = useZoneChoices(zone);
  const format = useZoneFormat(zone);
  return (
    <SelectButton
      label={t('history.zone')}
      value={zone}
      shown={
        <>
          <span className="hide-phone">{zoneLabel(zone, timeMs)}</span>
          <span className="only-phone">{format.zone(timeMs)}</span>
        </>
      }
      icon={<Globe size={16} strokeWidth={1.5} aria-hidden="true" />}
      choices={first}
      groups={[{ label: t('history.zone.all'), choices: all }]}
      onChoose={onChoose}
    />
  );
}
