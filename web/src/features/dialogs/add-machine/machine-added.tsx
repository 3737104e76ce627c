// The second step after adding a machine: where to send a reading, and the first reading as it arrives.

import { type Machine, METRICS } from '@gonsters/contract';
import { Link } from '@tanstack/react-router';
import { useOpenDialog } from '../../../components/domain/dialogs.ts';
import { keepPanelFilters } from '../../../components/domain/links.ts';
import { StatusMark } from '../../../components/domain/machines/status-mark.tsx';
import { useMachineMetrics } from '../../../components/domain/metrics/use-machine-metrics.ts';
import { ViewValue } from '../../../components/domain/metrics/view-value.tsx';
import { Dialog } from '../../../components/ui/dialog/dialog.tsx';
import { CopyField } from '../../../components/ui/form/copy-field.tsx';
import { useText } from '../../../i18n/use-text.ts';
import { useConnection, useLive, useMachineValues } from '../../../live/use-live.ts';

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
  const topic = `factory/${machine.factory_id ?? 'plant'}/machine/${machineId}/telemetry`;
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
  const { t, format } = useText();
  const { phase } = useConnection();
  const { readings } = useLive();
  useMachineValues(machineId);
  // What its type shows first; where the type does not say, what the machine sends.
  const headline = useMachineMetrics(machineId)?.headline ?? [];
  const newestMs = readings.newestMs(machineId);
  const isWaiting = Number.isNaN(newestMs);
  return (
    <div className="inset first-reading">
      <div role="status" className="status">
        {isWaiting ? (
          <i className={`waiting ${phase === 'live' ? '' : 'is-off'}`} />
        ) : (
          <StatusMark condition="normal" />
        )}
        {isWaiting
          ? t(phase === 'live' ? 'added.waiting' : 'added.waiting.offline')
          : t('added.arrived', { time: `${format.clock(newestMs)} ${format.zone(newestMs)}` })}
      </div>
      {isWaiting ? (
        <button type="button" className="button button-small" onClick={onByHand}>
          {t('added.by_hand')}
        </button>
      ) : (
        <dl>
          {headline.map((metric) => {
            const { value, quality } = readings.newest(machineId, metric.number);
            return (
              <div key={metric.name}>
                <dt className="caption">{metric.label}</dt>
                <dd className="number text-strong">
                  <ViewValue metric={metric} value={value} quality={quality} />
                </dd>
              </div>
            );
          })}
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
