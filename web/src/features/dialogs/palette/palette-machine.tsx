// A machine in the palette: condition, name with the matching part marked, location, and current value.

import type { Machine } from '@gonsters/contract';
import { Command } from 'cmdk';
import { type Condition, isOff, useMachineCondition } from '../../../components/domain/machines/machine-condition.ts';
import { StatusMark } from '../../../components/domain/machines/status-mark.tsx';
import { liveText } from '../../../components/domain/metrics/metric-view.ts';
import { useFleetMetrics } from '../../../components/domain/metrics/use-type-metrics.ts';
import { mainMetric } from '../../../components/domain/values/main-metric.ts';
import { useText } from '../../../i18n/use-text.ts';
import { useLive, useMachineValues } from '../../../live/use-live.ts';
import { findPart } from './search-words.ts';

/** Where the word says more than a value. */
const WORDS: readonly Condition[] = ['maintenance', 'inactive', 'error', 'never', 'stale'];

export function PaletteMachine({ machine, text, onSelect }: { machine: Machine; text: string; onSelect: () => void }) {
  const { t, format } = useText();
  const { readings, metrics } = useLive();
  const fleet = useFleetMetrics();
  const { machine_id: machineId, name, location } = machine;
  const { condition, connection, alarm } = useMachineCondition(machine);
  useMachineValues(machineId);
  const metric = mainMetric(readings, machine, alarm, fleet);
  const value = liveText({ t, format, metrics }, metric, readings.value(machineId, metric.number));
  return (
    <Command.Item value={machineId} onSelect={onSelect}>
      <StatusMark condition={condition} />
      <b className="id ellipsis">
        <Marked name={name} text={text} />
      </b>
      <span className="palette-place ellipsis">{location}</span>
      <span className={`caption number ${isOff(connection) ? 'text-text-3' : ''}`}>
        {WORDS.includes(condition) ? t(`status.${condition}`) : value}
        {WORDS.includes(condition) ? null : <span className="sr-only">, {t(`status.${condition}`)}</span>}
      </span>
    </Command.Item>
  );
}

function Marked({ name, text }: { name: string; text: string }) {
  const part = findPart(name, text);
  if (part === null) return name;
  const [from, to] = part;
  return (
    <>
      {name.slice(0, from)}
      <mark>{name.slice(from, to)}</mark>
      {name.slice(to)}
    </>
  );
}
