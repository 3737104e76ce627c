// The form of the chosen value: what it arrives as and is stored as, what it is, and how it is read.

import type { MetricDefinition, ProfileRule } from '@gonsters/contract';
import { ChevronRight } from 'lucide-react';
import { Segments } from '../../../../components/ui/form/segments.tsx';
import { shownScalar } from '../model/message-tree.ts';
import { metricCalled, metricProposals } from '../model/metric-proposals.ts';
import type { ProfileEdit } from '../model/profile-draft.ts';
import {
  asIgnored,
  asMachine,
  asMetric,
  asTime,
  type Meaning,
  type MessageValue,
  meaningOf,
  memberAt,
} from '../model/rule-edit.ts';
import { seenValues } from '../model/seen-values.ts';
import type { Stored } from '../model/stored-as.ts';
import { useIncomingText } from '../use-incoming-text.ts';
import { MachineForm, type Naming } from './machine-form.tsx';
import { MetricForm } from './metric-form.tsx';
import { TimeForm } from './time-form.tsx';

const CHOICES = ['metric', 'machine', 'time', 'ignored'] as const;
type Choice = (typeof CHOICES)[number];

export function ValueForm({
  chosen,
  edit,
  payloads,
  metrics,
  stored,
  machine,
  naming,
  onChange,
}: {
  chosen: MessageValue;
  edit: ProfileEdit;
  /** The newest messages, parsed. */
  payloads: readonly unknown[];
  metrics: readonly MetricDefinition[];
  /** What the value of the message is stored as with the profile as it is now; null where it is not. */
  stored: Stored | null;
  /** Of the message; null where none is known. */
  machine: string | null;
  naming: Naming;
  onChange: (change: Partial<ProfileEdit>) => void;
}) {
  const { say } = useIncomingText();
  const { rule } = edit;
  const meaning = meaningOf(rule, chosen);
  const called = meaning.is === 'metric' ? meaning.name : memberAt(chosen.place);
  const seen = seenValues(payloads, chosen.place);
  const setRule = (next: ProfileRule) => onChange({ rule: next });
  const choose = (choice: Choice) => {
    if (choice === meaning.is) return;
    if (choice === 'machine') setRule(asMachine(rule, chosen));
    else if (choice === 'time') setRule(asTime(rule, chosen));
    else if (choice === 'ignored') setRule(asIgnored(rule, chosen));
    else {
      const likely = metricCalled(metrics, called) ?? metricProposals(metrics, called, '')[0];
      const isText = typeof chosen.value === 'string';
      setRule(
        asMetric(rule, chosen, {
          metric: likely?.name ?? called,
          ...(isText && seen.commas > 0 ? { decimal_text: 'comma' as const } : {}),
        }),
      );
    }
  };
  return (
    <div className="value-form">
      <dl className="arrives">
        <div>
          <dt className="label">{say('form.arrives')}</dt>
          <dd className="number id">{shownScalar(chosen.value)}</dd>
        </div>
        <ChevronRight size={16} strokeWidth={1.5} aria-hidden="true" />
        <div>
          <dt className="label">{say('form.stored')}</dt>
          <dd className="number">
            <StoredAs meaning={meaning} stored={stored} machine={machine} />
          </dd>
        </div>
      </dl>
      <div className="field">
        <span className="label" aria-hidden="true">
          {say('form.is')}
        </span>
        <Segments
          label={say('form.is')}
          value={CHOICES.find((choice) => choice === meaning.is) ?? null}
          choices={CHOICES.map((value) => ({ value, label: say(`form.is.${value}`) }))}
          onChoose={choose}
        />
        {meaning.is === 'other' ? <span className="caption">{say(`form.other.${rule.others}`)}</span> : null}
      </div>
      {meaning.is === 'metric' ? (
        <MetricForm key={chosen.place.join('/')} {...{ chosen, edit, meaning, called, seen, metrics, onChange }} />
      ) : null}
      {meaning.is === 'machine' ? (
        <MachineForm called={String(chosen.value)} machine={machine} naming={naming} />
      ) : null}
      {meaning.is === 'time' ? <TimeForm rule={rule} onChange={setRule} /> : null}
    </div>
  );
}

function StoredAs({ meaning, stored, machine }: { meaning: Meaning; stored: Stored | null; machine: string | null }) {
  const { say, format } = useIncomingText();
  if (meaning.is === 'machine') return <span className="id">{machine ?? '—'}</span>;
  if (stored === null) return <span>—</span>;
  const { value, unit } = stored;
  if (value === null) return <span className="is-quiet">{say('form.stored.bad')}</span>;
  return (
    <>
      {typeof value === 'number' ? format.number(value, decimalsOf(value)) : String(value)}
      {unit === null ? null : <small className="unit">{`\u00a0${unit}`}</small>}
    </>
  );
}

const decimalsOf = (value: number): number => Math.min(6, String(value).split('.')[1]?.length ?? 0);
