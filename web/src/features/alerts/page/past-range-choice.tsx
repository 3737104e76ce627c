// The choice of the time range: fixed ones, last night, or a custom range; the time zone is named.

import { useEffect, useState } from 'react';
import { FaultText } from '../../../components/ui/form/field.tsx';
import { Segments } from '../../../components/ui/form/segments.tsx';
import { useText } from '../../../i18n/use-text.ts';
import { useLive } from '../../../live/use-live.ts';
import { lastNight, localInput, rangeOf } from '../filter/past-range.ts';
import { useAlertsAddress } from '../filter/use-alert-filter.ts';

const PRESETS = ['24h', 'night', '7d', '30d', 'own'] as const;
type Preset = (typeof PRESETS)[number];

export function PastRangeChoice() {
  const { t, format } = useText();
  const live = useLive();
  const { search, change } = useAlertsAddress();
  const nowMs = live.now();
  const night = lastNight(nowMs);
  const { fromMs, toMs } = rangeOf(search, nowMs);
  const isNight = fromMs === night.fromMs && toMs === night.toMs;
  const preset: Preset = toMs === null ? (search.range ?? '24h') : isNight ? 'night' : 'own';
  const between = (from: number, to: number) =>
    change({ range: undefined, from: new Date(from).toISOString(), to: new Date(to).toISOString() });
  const choose = (next: Preset) => {
    if (next === 'night') between(night.fromMs, night.toMs);
    else if (next === 'own') between(fromMs, toMs ?? nowMs);
    else change({ range: next === '24h' ? undefined : next, from: undefined, to: undefined });
  };
  return (
    <div className="flex flex-wrap items-center gap-2">
      <div className="scroll-x">
        <Segments
          label={t('alerts.past.range')}
          value={preset}
          choices={PRESETS.map((value) => ({ value, label: t(`alerts.past.${value}`) }))}
          onChoose={choose}
        />
      </div>
      {preset === 'own' && toMs !== null ? (
        <OwnRange key={`${fromMs} ${toMs}`} fromMs={fromMs} toMs={toMs} onChoose={between} />
      ) : (
        <span className="caption">
          {format.moment(fromMs)} – {toMs === null ? t('alerts.past.now') : format.moment(toMs)}
        </span>
      )}
    </div>
  );
}

/** Takes effect when a field is left, not with every digit. */
function OwnRange({
  fromMs,
  toMs,
  onChoose,
}: {
  fromMs: number;
  toMs: number;
  onChoose: (fromMs: number, toMs: number) => void;
}) {
  const { t, format } = useText();
  const [from, setFrom] = useState(() => localInput(fromMs));
  const [to, setTo] = useState(() => localInput(toMs));
  const start = new Date(from).getTime();
  const end = new Date(to).getTime();
  const wrong = !(start < end);
  const take = () => {
    if (!wrong && (from !== localInput(fromMs) || to !== localInput(toMs))) onChoose(start, end);
  };
  useEffect(() => {
    setFrom(localInput(fromMs));
    setTo(localInput(toMs));
  }, [fromMs, toMs]);
  return (
    <div className="flex flex-wrap items-center gap-2">
      <span className="input">
        <input
          type="datetime-local"
          aria-label={t('alerts.past.from')}
          value={from}
          onChange={(event) => setFrom(event.target.value)}
          onBlur={take}
        />
      </span>
      <span aria-hidden="true">–</span>
      <span className="input">
        <input
          type="datetime-local"
          aria-label={t('alerts.past.to')}
          value={to}
          onChange={(event) => setTo(event.target.value)}
          onBlur={take}
        />
      </span>
      <span className="caption">{format.zone(fromMs)}</span>
      {wrong ? <FaultText>{t('alerts.past.wrong')}</FaultText> : null}
    </div>
  );
}
