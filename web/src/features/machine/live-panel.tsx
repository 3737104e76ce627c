// The charts with their window, pause and back to live.

import type { EffectiveLimits, MetricName } from '@gonsters/contract';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { Pause } from 'lucide-react';
import { useState } from 'react';
import { useText } from '../../i18n/use-text.ts';
import { useFeedPhase, useLive, useMachineFeed, useNow } from '../../live/use-live.ts';
import { LiveCharts } from './live-charts.tsx';
import { readMachineViewSearch, WINDOWS_MIN, type WindowMin, windowOf } from './machine-search.ts';

export function LivePanel({
  machineId,
  limits,
}: {
  machineId: string;
  limits: Record<MetricName, EffectiveLimits> | null;
}) {
  const { t, format } = useText();
  const { now } = useLive();
  const navigate = useNavigate();
  const chosen = windowOf(readMachineViewSearch(useSearch({ strict: false })));
  const windowMs = Number(chosen) * 60_000;
  const feed = useMachineFeed(machineId, windowMs);
  const phase = useFeedPhase(feed);
  const [pausedMs, setPausedMs] = useState<number | null>(null);
  const tickMs = useNow(pausedMs === null);
  const endMs = pausedMs ?? tickMs;
  const choose = (window: WindowMin) => {
    void navigate({
      to: '.',
      search: (previous) => ({ ...withoutWindow(previous), ...readMachineViewSearch({ window }) }),
      replace: true,
    });
  };
  return (
    <section className="card" aria-label={t('machine.window')}>
      <div className="card-head">
        <fieldset className="seg" aria-label={t('machine.window')}>
          {WINDOWS_MIN.map((minutes) => (
            <button key={minutes} type="button" aria-pressed={minutes === chosen} onClick={() => choose(minutes)}>
              {t('machine.window.minutes', { count: Number(minutes) })}
            </button>
          ))}
        </fieldset>
        <span className="flex-1" />
        <span className="cap hidden laptop:inline">
          {format.minute(endMs - windowMs)} – {format.minute(endMs)} {format.zone(endMs)}
        </span>
        {pausedMs === null ? (
          <button type="button" className="btn btn-sm btn-quiet" onClick={() => setPausedMs(now())}>
            <Pause size={16} strokeWidth={1.5} aria-hidden="true" />
            {t('machine.pause')}
          </button>
        ) : (
          <button type="button" className="btn btn-sm btn-ink" onClick={() => setPausedMs(null)}>
            {t('machine.resume')}
          </button>
        )}
      </div>
      {phase === 'failed' ? (
        <p className="cap flex items-center gap-3 px-4 pb-2" role="alert">
          {t('machine.history_failed')}
          <button type="button" className="btn btn-sm" onClick={() => feed?.retry()}>
            {t('app.retry')}
          </button>
        </p>
      ) : null}
      {feed ? (
        <LiveCharts feed={feed} windowMs={windowMs} pausedMs={pausedMs} limits={limits} />
      ) : (
        <div className="plots-loading" />
      )}
      {pausedMs === null ? null : (
        <p className="cap px-4 pb-3" role="status">
          {t('machine.paused', { time: format.clock(pausedMs) })}
        </p>
      )}
    </section>
  );
}

function withoutWindow<T extends { window?: unknown }>({ window: _, ...others }: T): Omit<T, 'window'> {
  return others;
}
