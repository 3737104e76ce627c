// The choice of the time zone in which times are shown and entered.

import { Globe } from 'lucide-react';
import { Popover } from 'radix-ui';
import { useState } from 'react';
import { ZoneField } from '../../../components/domain/zones/zone-field.tsx';
import { useText } from '../../../i18n/use-text.ts';
import { browserZone } from '../../../i18n/zone.ts';
import { useZoneFormat, zoneLabel } from './use-zone-format.ts';

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
  const [open, setOpen] = useState(false);
  const format = useZoneFormat(zone);
  const own = browserZone();
  const choose = (chosen: string) => {
    setOpen(false);
    onChoose(chosen);
  };
  return (
    <Popover.Root open={open} onOpenChange={setOpen}>
      <Popover.Trigger asChild>
        <button
          type="button"
          className="button button-small button-quiet"
          aria-label={t('history.zone.change', { zone: zoneLabel(zone, timeMs) })}
        >
          <Globe size={16} strokeWidth={1.5} aria-hidden="true" />
          <span className="ellipsis hide-phone">{zoneLabel(zone, timeMs)}</span>
          <span className="only-phone">{format.zone(timeMs)}</span>
        </button>
      </Popover.Trigger>
      <Popover.Portal>
        <Popover.Content
          className="history-popover glass range-form"
          align="start"
          sideOffset={6}
          collisionPadding={12}
          aria-label={t('history.zone')}
        >
          <ZoneField label={t('history.zone')} zone={zone} onChange={choose} />
          <div className="flex flex-wrap gap-2">
            <button type="button" className="button button-small" onClick={() => choose(own)}>
              {t('history.zone.browser', { zone: own })}
            </button>
            {own === 'UTC' ? null : (
              <button type="button" className="button button-small" onClick={() => choose('UTC')}>
                UTC
              </button>
            )}
          </div>
        </Popover.Content>
      </Popover.Portal>
    </Popover.Root>
  );
}
