// A range from one moment to another, entered as local time of the named zone.

import { CalendarDays } from 'lucide-react';
import { Popover } from 'radix-ui';
import { type FormEvent, useState } from 'react';
import type { TimeSpan } from '../../../charts/history/history-zoom.ts';
import { TextField } from '../../../components/ui/form/text-field.tsx';
import { useText } from '../../../i18n/use-text.ts';
import { fromLocalText, toLocalText } from '../../../i18n/zone.ts';
import { useZoneFormat, zoneLabel } from './use-zone-format.ts';

export function RangeEditor({
  range,
  zone,
  open,
  onOpen,
  onApply,
}: {
  range: TimeSpan;
  zone: string;
  open: boolean;
  onOpen: (open: boolean) => void;
  onApply: (range: TimeSpan) => void;
}) {
  const { t } = useText();
  const format = useZoneFormat(zone);
  const shown = `${format.dayMinute(range.fromMs)} – ${format.dayMinute(range.toMs)}`;
  return (
    <Popover.Root open={open} onOpenChange={onOpen}>
      <Popover.Trigger asChild>
        <button type="button" className="button button-small" aria-label={t('history.range.change', { range: shown })}>
          <CalendarDays size={16} strokeWidth={1.5} aria-hidden="true" />
          <span className="number-flat">{shown}</span>
        </button>
      </Popover.Trigger>
      <Popover.Portal>
        <Popover.Content
          className="history-popover glass"
          align="start"
          sideOffset={6}
          collisionPadding={12}
          aria-label={t('history.range')}
        >
          <RangeForm range={range} zone={zone} onApply={onApply} />
        </Popover.Content>
      </Popover.Portal>
    </Popover.Root>
  );
}

function RangeForm({ range, zone, onApply }: { range: TimeSpan; zone: string; onApply: (range: TimeSpan) => void }) {
  const { t } = useText();
  const [from, setFrom] = useState(() => toLocalText(zone, range.fromMs));
  const [to, setTo] = useState(() => toLocalText(zone, range.toMs));
  const [tried, setTried] = useState(false);
  const span = { fromMs: fromLocalText(zone, from), toMs: fromLocalText(zone, to) };
  const invalid = (timeMs: number) => (Number.isNaN(timeMs) ? t('history.range.invalid') : undefined);
  const order = span.fromMs >= span.toMs ? t('history.range.order') : undefined;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setTried(true);
    if (span.fromMs < span.toMs) onApply(span);
  };
  return (
    <form className="range-form" noValidate onSubmit={submit}>
      <TextField
        label={t('history.from')}
        type="datetime-local"
        step="1"
        fault={tried ? invalid(span.fromMs) : undefined}
        value={from}
        onChange={setFrom}
      />
      <TextField
        label={t('history.to')}
        type="datetime-local"
        step="1"
        fault={tried ? (invalid(span.toMs) ?? order) : undefined}
        value={to}
        onChange={setTo}
      />
      <div className="flex items-center gap-3">
        <span className="caption flex-1">
          {t('history.range.local', { zone: zoneLabel(zone, Number.isNaN(span.fromMs) ? range.fromMs : span.fromMs) })}
        </span>
        <button type="submit" className="button button-primary">
          {t('history.apply')}
        </button>
      </div>
    </form>
  );
}
