// Shown where the range has no readings, with a link to the last ones.

import type { Machine } from '@gonsters/contract';
import { CircleSlash } from 'lucide-react';
import type { TimeSpan } from '../../charts/history/history-zoom.ts';
import { StateMessage } from '../../components/ui/state-message.tsx';
import { useText } from '../../i18n/use-text.ts';
import type { ZoneFormat } from './range/use-zone-format.ts';

const SHARE_BEFORE = 0.95;

export function NoReadings({
  machine,
  range,
  format,
  onGo,
}: {
  machine: Machine;
  range: TimeSpan;
  format: ZoneFormat;
  onGo: (range: TimeSpan) => void;
}) {
  const { t } = useText();
  const lastMs = machine.last_seen === null ? null : Date.parse(machine.last_seen);
  const outside = lastMs !== null && (lastMs < range.fromMs || lastMs >= range.toMs);
  const go = (at: number) => {
    const span = range.toMs - range.fromMs;
    onGo({ fromMs: Math.round(at - span * SHARE_BEFORE), toMs: Math.round(at + span * (1 - SHARE_BEFORE)) });
  };
  return (
    <StateMessage
      icon={CircleSlash}
      title={t('history.none')}
      actions={
        outside && lastMs !== null ? (
          <button type="button" className="button" onClick={() => go(lastMs)}>
            {t('history.none.go')}
          </button>
        ) : null
      }
    >
      {lastMs === null
        ? t('history.none.never', { machine: machine.name })
        : outside
          ? t('history.none.last', { machine: machine.name, time: format.moment(lastMs) })
          : t('history.none.outside', { from: format.moment(range.fromMs), to: format.moment(range.toMs) })}
    </StateMessage>
  );
}
