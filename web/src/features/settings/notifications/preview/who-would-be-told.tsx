// “Who would be told if …?”: for a machine, a metric, a severity and a moment, with what is set up now.

import { SEVERITIES, type Severity } from '@gonsters/contract';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { useTellingApi } from '../../../../api/telling/use-telling-api.ts';
import { StatusMark } from '../../../../components/domain/machines/status-mark.tsx';
import { useMachineLookup } from '../../../../components/domain/machines/use-machine-lookup.ts';
import { useMachineMetrics } from '../../../../components/domain/metrics/use-machine-metrics.ts';
import { Combobox } from '../../../../components/ui/form/combobox.tsx';
import { Field } from '../../../../components/ui/form/field.tsx';
import { Segments } from '../../../../components/ui/form/segments.tsx';
import { SelectField } from '../../../../components/ui/form/text-field.tsx';
import { LoadFailed } from '../../../../components/ui/load-failed.tsx';
import { browserZone, fromLocalText, toLocalText } from '../../../../i18n/zone.ts';
import { useLive } from '../../../../live/use-live.ts';
import { nextGaps } from '../../duty/next-gaps.ts';
import { useSchedules } from '../../duty/use-duty.ts';
import { RowsSkeleton } from '../../section-states.tsx';
import { useTellingText } from '../../telling/use-telling-text.ts';
import { PREVIEW_KEY } from '../routes/use-routes.ts';
import { PreviewTimeline } from './preview-timeline.tsx';

const LOOK_EVERY_MS = 30_000;
/** Into a gap: late enough that its beginning is not what one sees. */
const INTO_GAP_MS = 30 * 60_000;

type Moment = 'now' | 'gap' | 'other';

export function WhoWouldBeTold() {
  const { say, format } = useTellingText();
  const api = useTellingApi();
  const { now } = useLive();
  const [text, setText] = useState<string | null>(null);
  const [chosen, setChosen] = useState<{ id: string; name: string } | null>(null);
  const [metric, setMetric] = useState('');
  const [severity, setSeverity] = useState<Severity>('critical');
  const [moment, setMoment] = useState<Moment>('now');
  const [other, setOther] = useState(() => toLocalText(browserZone(), Math.ceil(Date.now() / 3_600_000) * 3_600_000));
  const found = useMachineLookup(text ?? '');
  const [first] = found.machines;
  useEffect(() => {
    // So that there is an answer before anybody asks.
    if (chosen === null && text === null && first) setChosen({ id: first.machine_id, name: first.name });
  }, [chosen, text, first]);
  const metrics = useMachineMetrics(chosen?.id ?? null)?.metrics ?? [];
  const isKnown = metrics.some(({ name }) => name === metric) || metric === 'connection';
  const asked = isKnown ? metric : (metrics[0]?.name ?? '');
  const [gap] = nextGaps(useSchedules().data ?? []);
  const gapMs = gap === undefined ? null : Math.min(gap.toMs - 1, Math.max(gap.fromMs, now()) + INTO_GAP_MS);
  const otherMs = fromLocalText(browserZone(), other);
  const atMs = moment === 'other' ? otherMs : moment === 'gap' && gapMs !== null ? gapMs : null;
  const isReady = chosen !== null && asked !== '' && (atMs === null || !Number.isNaN(atMs));
  const answer = useQuery({
    queryKey: [...PREVIEW_KEY, chosen?.id, asked, severity, moment === 'now' ? 'now' : atMs],
    queryFn: ({ signal }) =>
      api.whoWouldBeTold(
        {
          machine_id: chosen?.id ?? '',
          metric: asked,
          severity,
          ...(asked === 'connection' ? { condition: 'connection' } : {}),
          ...(atMs === null ? {} : { at: new Date(atMs).toISOString() }),
        },
        signal,
      ),
    enabled: isReady,
    refetchInterval: LOOK_EVERY_MS,
    placeholderData: keepPreviousData,
  });
  const moments: Moment[] = ['now', ...(gapMs === null ? [] : (['gap'] as const)), 'other'];
  const momentName = (value: Moment) =>
    value === 'gap' && gapMs !== null
      ? `${format.weekday(gapMs).split(/[ ,]/)[0]} ${format.minute(gapMs)}`
      : say(value === 'now' ? 'preview.now' : 'preview.other');
  return (
    <section className="card" aria-label={say('preview.title')}>
      <div className="card-head">
        <h2>{say('preview.title')}</h2>
      </div>
      <div className="what-if">
        <Field label={say('preview.machine')}>
          {(field) => (
            <Combobox
              field={field}
              text={text ?? chosen?.name ?? ''}
              placeholder={say('preview.machine.find')}
              note={say('preview.machine.none')}
              options={found.machines.map((machine) => ({
                value: machine.machine_id,
                label: machine.name,
                detail: machine.location,
              }))}
              onType={setText}
              onPick={({ value, label }) => {
                setChosen({ id: value, name: String(label) });
                setText(null);
              }}
            />
          )}
        </Field>
        <SelectField
          label={say('preview.metric')}
          value={asked}
          choices={[
            ...metrics.map(({ name, label }) => ({ value: name, label })),
            { value: 'connection', label: say('condition.connection') },
          ]}
          onChange={setMetric}
        />
        <div className="field">
          <span className="label">{say('preview.gets')}</span>
          <Segments
            label={say('preview.gets')}
            value={severity}
            choices={SEVERITIES.map((value) => ({
              value,
              label: (
                <>
                  <StatusMark condition={value} />
                  {say(`match.severity.${value}`)}
                </>
              ),
            }))}
            onChoose={setSeverity}
          />
        </div>
        <div className="field">
          <span className="label">{say('preview.at')}</span>
          <Segments
            label={say('preview.at')}
            value={moment === 'gap' && gapMs === null ? 'now' : moment}
            choices={moments.map((value) => ({ value, label: momentName(value) }))}
            onChoose={setMoment}
          />
          {moment === 'other' ? (
            <span className="input">
              <input
                type="datetime-local"
                aria-label={say('preview.moment', { zone: format.zone(now()) })}
                value={other}
                onChange={(event) => setOther(event.target.value)}
              />
              <span className="suffix">{format.zone(Number.isNaN(otherMs) ? now() : otherMs)}</span>
            </span>
          ) : null}
        </div>
      </div>
      {answer.data ? <PreviewTimeline preview={answer.data} /> : null}
      {answer.isError && !answer.data ? (
        <LoadFailed title={say('preview.title')} error={answer.error} onRetry={answer.refetch} />
      ) : null}
      {isReady && answer.isPending ? <RowsSkeleton /> : null}
      {isReady ? null : (
        <p className="card-note">{say(first === undefined && !found.busy ? 'preview.no_machines' : 'preview.empty')}</p>
      )}
    </section>
  );
}
