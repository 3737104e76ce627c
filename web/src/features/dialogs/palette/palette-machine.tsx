// A machine in the palette: condition, name with the matching part marked, location, and current value.

import { type Machine, METRIC_NAMES } from '@gonsters/contract';
import { Command } from 'cmdk';
import { type Condition, isOff, useMachineCondition } from '../../../components/domain/machines/machine-condition.ts';
import { StatusMark } from '../../../components/domain/machines/status-mark.tsx';
import { metricText } from '../../../components/domain/values/metric-value.tsx';
import { useText } from '../../../i18n/use-text.ts';
import { useLive, useMachineValues } from '../../../live/use-live.ts';
import { findPart } from './search-words.ts';

/** Where the word says more than a value. */
const WORDS: readonly Condition[] = ['maintenance', 'inactive', 'error', 'never', 'stale'];

export function PaletteMachine({ machine, text, onSelect }: { machine: Machine; text: string; onSelect: () => void }) {
  const { t, format } = useText();
  const { readings } = useLive();
  const { machine_id: machineId, name, location } = machine;
  const { condition, connection, alarm } = useMachineCondition(machine);
  useMachineValues(machineId);
  const isMeasured = (metric: number) => !Number.isNaN(readings.value(machineId, metric));
  const abnormal = METRIC_NAMES.findIndex(
    (metric) => alarm?.metrics.get(metric)?.severity === alarm?.severity && alarm?.metrics.has(metric),
  );
  const metric = abnormal >= 0 ? abnormal : METRIC_NAMES.findIndex((_, index) => isMeasured(index));
  const value = metric >= 0 && isMeasured(metric) ? metricText(format, metric, readings.value(machineId, metric)) : '—';
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
