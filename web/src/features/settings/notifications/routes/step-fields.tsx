// One step of a chain: how long it waits, whom it tells, and how often it is repeated.

import type { ChainStep, Target } from '@gonsters/contract';
import { GripVertical, Plus, X } from 'lucide-react';
import { NumberInput } from '../../../../components/ui/form/number-input.tsx';
import type { useReorder } from '../../../../components/ui/form/use-reorder.ts';
import type { TellingNames } from '../../telling/use-telling-names.ts';
import { useTellingText } from '../../telling/use-telling-text.ts';
import { withRepeat } from './route-draft.ts';
import { TargetFields } from './target-fields.tsx';

const MINUTE = 60;
const REPEATS = Array.from({ length: 11 }, (_, count) => count);

export function StepFields({
  step,
  place,
  isOnly,
  names,
  reorder,
  onChange,
  onRemove,
}: {
  step: ChainStep;
  place: number;
  isOnly: boolean;
  names: TellingNames;
  reorder: ReturnType<typeof useReorder>;
  onChange: (step: ChainStep) => void;
  onRemove: () => void;
}) {
  const { say } = useTellingText();
  const number = place + 1;
  const minutes = (label: string, seconds: number, put: (seconds: number) => void) => (
    <NumberInput
      label={label}
      value={seconds / MINUTE}
      suffix={say('chain.minutes')}
      onChange={(value) => put(value === null ? Number.NaN : value * MINUTE)}
    />
  );
  const put = (at: number, target: Target) => onChange({ ...step, tell: step.tell.with(at, target) });
  return (
    <li className="step-fields" {...reorder.row(place)}>
      <div className="step-head">
        {isOnly ? null : (
          <button
            type="button"
            className="drag-grip"
            aria-label={say('chain.move_step', { number })}
            {...reorder.handle(place)}
          >
            <GripVertical size={16} strokeWidth={1.5} aria-hidden="true" />
          </button>
        )}
        <b>{say('chain.step', { number })}</b>
        {isOnly ? null : (
          <button
            type="button"
            className="button button-quiet button-icon button-small"
            aria-label={say('chain.remove_step', { number })}
            onClick={onRemove}
          >
            <X size={16} strokeWidth={1.5} aria-hidden="true" />
          </button>
        )}
      </div>
      <div className="in-line">
        <span className="label">{say('chain.wait')}</span>
        {minutes(`${say('chain.wait')}, ${say('chain.step', { number })}`, step.wait_seconds, (wait) =>
          onChange({ ...step, wait_seconds: wait }),
        )}
        <span className="caption">{say(place === 0 ? 'chain.wait.first' : 'chain.wait.next')}</span>
      </div>
      <div className="grid gap-2">
        <span className="label">{say('chain.tell')}</span>
        <ul className="target-list">
          {step.tell.map((target, at) => (
            <TargetFields
              // biome-ignore lint/suspicious/noArrayIndexKey: the same target may be there twice while it is edited
              key={at}
              target={target}
              isOnly={step.tell.length === 1}
              names={names}
              onChange={(next) => put(at, next)}
              onRemove={() => onChange({ ...step, tell: step.tell.toSpliced(at, 1) })}
            />
          ))}
        </ul>
        <div>
          <button
            type="button"
            className="button button-small button-quiet"
            onClick={() => onChange({ ...step, tell: [...step.tell, { kind: 'role', role: 'Management' }] })}
          >
            <Plus size={14} strokeWidth={1.5} aria-hidden="true" />
            {say('target.add')}
          </button>
        </div>
      </div>
      <div className="in-line">
        <span className="label">{say('chain.repeat')}</span>
        <select
          className="input input-select"
          aria-label={`${say('chain.repeat')}, ${say('chain.step', { number })}`}
          value={step.repeat}
          onChange={(event) => onChange(withRepeat(step, Number(event.target.value)))}
        >
          {REPEATS.map((count) => (
            <option key={count} value={count}>
              {count}
            </option>
          ))}
        </select>
        <span className="caption">{say('chain.repeat.times')}</span>
        {step.repeat === 0 ? (
          <span className="caption">–</span>
        ) : (
          minutes(`${say('chain.repeat.times')} ${say('chain.minutes')}`, step.every_seconds, (every) =>
            onChange({ ...step, every_seconds: every }),
          )
        )}
      </div>
    </li>
  );
}
