// The description of a machine, and the topic that its readings are published to.

import type { Machine } from '@gonsters/contract';
import type { ReactNode } from 'react';
import { useMachineCondition } from '../../components/domain/machines/machine-condition.ts';
import { StatusWord } from '../../components/domain/machines/status-mark.tsx';
import { useMachineMetrics } from '../../components/domain/metrics/use-machine-metrics.ts';
import { CopyButton } from '../../components/ui/form/copy-button.tsx';
import { durationText } from '../../i18n/duration-text.ts';
import { useText } from '../../i18n/use-text.ts';
import { useAge, useLive, useMachineState } from '../../live/use-live.ts';

/** For a machine of every factory, the level after `factory` is the plant's to choose. */
const topicOf = ({ factory_id: factory, machine_id: machineId }: Machine) =>
  `factory/${factory ?? 'plant-1'}/machine/${machineId}/telemetry`;

export function MachineFacts({ machine }: { machine: Machine }) {
  const { t, format } = useText();
  const { readings } = useLive();
  const { connection } = useMachineCondition(machine);
  const status = useMachineState(machine.machine_id)?.status ?? machine.status;
  const seenMs = readings.newestMs(machine.machine_id);
  const seenAgeMs = useAge(seenMs);
  const views = useMachineMetrics(machine.machine_id);
  const topic = topicOf(machine);
  return (
    <section className="card" aria-labelledby="machine-facts">
      <div className="card-head">
        <h2 id="machine-facts">{t('machine.facts')}</h2>
      </div>
      <dl className="facts">
        <Fact name={t('machine.location')}>{machine.location}</Fact>
        <Fact name={t('machine.sensor_type')}>{machine.sensor_type}</Fact>
        <Fact name={t('machine.status')}>
          <StatusWord condition={status === 'active' ? 'normal' : status}>{t(`status.${status}`)}</StatusWord>
          {machine.status_until === null ? null : (
            <span className="caption block">
              {t('machine.status_until', { time: format.recent(Date.parse(machine.status_until), Date.now()) })}
            </span>
          )}
        </Fact>
        <Fact name={t('machine.connection')}>
          <StatusWord condition={connection === 'online' ? 'normal' : connection}>
            {t(`machine.connection.${connection}`)}
          </StatusWord>
        </Fact>
        <Fact name={t('machine.last_seen')}>
          {Number.isNaN(seenMs)
            ? t('status.never')
            : `${format.moment(seenMs)} · ${t('machine.age', { age: format.age(seenAgeMs) })}`}
        </Fact>
        <Fact name={t('machine.timeout')}>
          {views === null
            ? '—'
            : t(`machine.timeout.${views.timeoutFrom}`, { duration: durationText(t, views.timeoutMs / 1000) })}
        </Fact>
        <Fact name={t('machine.updated')}>{format.moment(Date.parse(machine.updated_at))}</Fact>
        <Fact name={t('machine.created')}>{format.moment(Date.parse(machine.created_at))}</Fact>
        <Fact name={t('machine.factory')}>{machine.factory_id ?? t('machine.factory.every')}</Fact>
        {machine.aliases.length > 0 ? (
          <Fact
            name={t('machine.aliases')}
            wide
            copy={machine.aliases.join('\n')}
            copyLabel={t('machine.aliases.copy')}
          >
            {machine.aliases.map((alias) => (
              <code key={alias} className="block">
                {alias}
              </code>
            ))}
          </Fact>
        ) : null}
        <Fact name={t('machine.id')} wide copy={machine.machine_id} copyLabel={t('machine.id.copy')}>
          <code>{machine.machine_id}</code>
        </Fact>
        <Fact
          name={t('machine.topic')}
          wide
          copy={topic}
          copyLabel={t('machine.topic.copy')}
          hint={t('machine.topic.hint')}
        >
          <code>{topic}</code>
        </Fact>
      </dl>
    </section>
  );
}

function Fact({
  name,
  wide = false,
  copy,
  copyLabel = '',
  hint = '',
  children,
}: {
  name: string;
  wide?: boolean;
  copy?: string;
  copyLabel?: string;
  hint?: string;
  children: ReactNode;
}) {
  return (
    <div className={wide ? 'fact fact-wide' : 'fact'}>
      <dt className="label">{name}</dt>
      <dd>
        <span className="min-w-0">{children}</span>
        {copy === undefined ? null : <CopyButton text={copy} label={copyLabel} />}
      </dd>
      {hint === '' ? null : <dd className="caption">{hint}</dd>}
    </div>
  );
}
