// The second step after adding a machine: where to send a reading, and the first reading as it arrives.

import { type Machine, METRICS } from '@gonsters/contract';
import { Link } from '@tanstack/react-router';
import { useSyncExternalStore } from 'react';
import { useOpenDialog } from '../../../components/domain/dialogs.ts';
import { keepPanelFilters } from '../../../components/domain/links.ts';
import { StatusMark } from '../../../components/domain/machines/status-mark.tsx';
import { MetricValue } from '../../../components/domain/values/metric-value.tsx';
import { Dialog } from '../../../components/ui/dialog/dialog.tsx';
import { CopyField } from '../../../components/ui/form/copy-field.tsx';
import { useText } from '../../../i18n/use-text.ts';
import type { MachineFeed } from '../../../live/readings/machine-feeds.ts';
import { useConnection, useMachineFeed } from '../../../live/use-live.ts';

const WATCHED_MS = 5 * 60_000;

export function MachineAdded({
  machine,
  onAnother,
  onClose,
}: {
  machine: Machine;
  onAnother: () => void;
  onClose: () => void;
}) {
  const { t } = useText();
  const openDialog = useOpenDialog();
  const { machine_id: machineId, name } = machine;
  const topic = `factory/plant/machine/${machineId}/telemetry`;
  return (
    <Dialog
      title={t('added.title', { name })}
      lead={t('added.lead')}
      onClose={onClose}
      actions={
        <>
          <button type="button" className="button button-quiet" onClick={onAnother}>
            {t('added.another')}
          </button>
          <Link
            to="/machines/$machineId"
            params={{ machineId }}
            search={keepPanelFilters}
            className="button button-primary"
            onClick={onClose}
          >
            {t('added.open')}
          </Link>
        </>
      }
    >
      <FirstReading machineId={machineId} onByHand={() => openDialog({ name: 'ingest', machineId })} />
      <CopyField label={t('added.id')} text={machineId} />
      <CopyField label={t('added.topic')} text={topic} />
      <CopyField label={t('added.command')} text={commandFor(topic)} lines={4} hint={t('added.command.hint')} />
    </Dialog>
  );
}

function FirstReading({ machineId, onByHand }: { machineId: string; onByHand: () => void }) {
  const { t, format, metricLabel } = useText();
  const feed = useMachineFeed(machineId, WATCHED_MS);
  const { phase } = useConnection();
  const newest = useNewestReading(feed);
  return (
    <div className="inset first-reading">
      <div role="status" className="status">
        {newest === null ? (
          <i className={`waiting ${phase === 'live' ? '' : 'is-off'}`} />
        ) : (
          <StatusMark condition="normal" />
        )}
        {newest === null
          ? t(phase === 'live' ? 'added.waiting' : 'added.waiting.offline')
          : t('added.arrived', { time: `${format.clock(newest.timeMs)} ${format.zone(newest.timeMs)}` })}
      </div>
      {newest === null ? (
        <button type="button" className="button button-small" onClick={onByHand}>
          {t('added.by_hand')}
        </button>
      ) : (
        <dl>
          {METRICS.map((metric, index) => (
            <div key={metric.name}>
              <dt className="caption">{metricLabel(index)}</dt>
              <dd className="number text-strong">
                <MetricValue metric={index} value={newest.values[index] ?? null} />
              </dd>
            </div>
          ))}
        </dl>
      )}
    </div>
  );
}

/** A whole line for a shell, with a value of every metric that lies within its limits. */
function commandFor(topic: string): string {
  const reading = Object.fromEntries(
    METRICS.map(({ name, defaultLimits }) => [name, (defaultLimits.high ?? 120) - 15]),
  );
  return `mosquitto_pub -h ${location.hostname} -p 1883 -q 1 -t '${topic}' -m '${JSON.stringify(reading)}'`;
}

const NEVER_CHANGES = () => () => {};

function useNewestReading(feed: MachineFeed | null): { timeMs: number; values: readonly number[] } | null {
  const timeMs = useSyncExternalStore(feed?.data.subscribe ?? NEVER_CHANGES, () => feed?.series.newestMs ?? Number.NaN);
  if (feed === null || Number.isNaN(timeMs)) return null;
  return { timeMs, values: METRICS.map((_, metric) => feed.series.of(metric).values.at(-1) ?? Number.NaN) };
}
