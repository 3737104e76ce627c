// The limits that a machine sets for itself, over inherited ones: four of each metric that is compared with limits.

import type { LimitKind, MachineLimits } from '@gonsters/contract';
import { type FormEvent, useId, useState } from 'react';
import { ApiError } from '../../../api/http/send.ts';
import { SaveBar } from '../../../components/ui/form/save-bar.tsx';
import { SearchField } from '../../../components/ui/form/search-field.tsx';
import { Segments } from '../../../components/ui/form/segments.tsx';
import { toast } from '../../../components/ui/toast.ts';
import { errorText } from '../../../i18n/error-text.ts';
import { parseNumber } from '../../../i18n/parse-number.ts';
import { serverMessage } from '../../../i18n/server-message.ts';
import type { Translate } from '../../../i18n/text.ts';
import { useText } from '../../../i18n/use-text.ts';
import { useConnection } from '../../../live/use-live.ts';
import {
  draftFaults,
  draftOf,
  fieldOf,
  type LimitEdits,
  type LimitFaults,
  mergedLimits,
  metricOf,
  type Parse,
  withEdit,
} from './limit-draft.ts';
import type { WiderLimits } from './limit-field.tsx';
import { type FormMetric, MANY_METRICS, searched } from './limited-metrics.ts';
import { MetricLimits } from './metric-limits.tsx';
import '../../../styles/limits.css';

/** Metrics that are shown before one asks for more. */
const PAGE = 40;

/**
 * Changes made elsewhere show up in every field that is not being edited here. `onSave` gets all limits of its own, as
 * they replace the saved ones, and rejects with what the server said; until it resolves nothing is forgotten.
 */
export function LimitsForm({
  metrics,
  own,
  wider,
  readOnly,
  onSave,
}: {
  metrics: readonly FormMetric[];
  own: MachineLimits;
  /** Most specific first. */
  wider: readonly WiderLimits[];
  readOnly: boolean;
  onSave: (limits: MachineLimits) => Promise<unknown>;
}) {
  const { t, language } = useText();
  const id = useId();
  const offline = useConnection().phase === 'offline';
  const [edits, setEdits] = useState<LimitEdits>({});
  const [typing, setTyping] = useState<string | null>(null);
  const [refused, setRefused] = useState<{ fields: LimitFaults; text: string } | null>(null);
  const [busy, setBusy] = useState(false);
  const parse: Parse = (text, metric) => {
    const value = parseNumber(text, language);
    return value === null || Number.isNaN(value) ? value : storedValue(metrics, metric, value);
  };
  const [search, setSearch] = useState('');
  const [choice, setChoice] = useState<'set' | 'all' | null>(null);
  const [most, setMost] = useState(PAGE);
  const widerLimits = wider.map(({ limits }) => limits);
  // Nothing is called wrong while it is being typed.
  const faults: LimitFaults = { ...refused?.fields, ...faultsOf(metrics, own, edits, widerLimits, parse, typing) };
  const changes = Object.keys(edits).length;

  const change = (field: string, text: string) => {
    setEdits((before) => withEdit(own, before, field, text, parse));
    setRefused(null);
  };
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (busy || readOnly || changes === 0) return;
    setTyping(null);
    if (Object.keys(faultsOf(metrics, own, edits, widerLimits, parse, null)).length > 0) return;
    setBusy(true);
    try {
      await onSave(mergedLimits(own, edits, parse));
      setEdits({});
      setRefused(null);
      toast.success(t('limits.saved'));
    } catch (error) {
      setRefused(refusalOf(t, metrics, error));
    }
    setBusy(false);
  };

  const edited = new Set(Object.keys(edits).map((field) => metricOf(field)));
  const limited = metrics.filter(({ name }) => [own, ...widerLimits].some((rules) => rules[name] !== undefined));
  const shownChoice = choice ?? (limited.length > 0 ? 'set' : 'all');
  const isMany = metrics.length > MANY_METRICS;
  const chosen = isMany ? searched(search !== '' || shownChoice === 'all' ? metrics : limited, search) : metrics;
  // What is not saved yet stays in sight, whatever is searched for.
  const shown = metrics.filter((metric) => edited.has(metric.name) || chosen.slice(0, most).includes(metric));

  return (
    <form id={id} noValidate onSubmit={(event) => void submit(event)}>
      {isMany ? (
        <div className="limits-tools">
          <SearchField
            label={t('machine.search_metrics')}
            hint={t('machine.search_metrics.hint')}
            value={search}
            onFind={(text) => {
              setSearch(text ?? '');
              setMost(PAGE);
            }}
          />
          {limited.length > 0 ? (
            <Segments
              label={t('limits.show')}
              value={shownChoice}
              choices={[
                { value: 'set', label: t('limits.show.set', { count: limited.length }) },
                { value: 'all', label: t('limits.show.all', { count: metrics.length }) },
              ]}
              onChoose={setChoice}
            />
          ) : null}
        </div>
      ) : null}
      {shown.map((metric) => (
        <MetricLimits
          key={metric.name}
          metric={metric}
          draft={draftOf(own, edits, metric.name, parse)}
          wider={wider}
          edits={edits}
          readOnly={readOnly}
          faults={faults}
          onChange={change}
          onTyping={setTyping}
        />
      ))}
      {shown.length === 0 ? (
        <p className="caption limits-none">{t(metrics.length === 0 ? 'limits.no_metric' : 'limits.none_found')}</p>
      ) : null}
      {chosen.length > most ? (
        <button type="button" className="card-more" onClick={() => setMost(most + PAGE)}>
          {t('limits.more', { count: chosen.length - most })}
        </button>
      ) : null}
      {changes > 0 && !readOnly ? (
        <SaveBar
          form={id}
          changes={changes}
          faults={Object.keys(faults).length}
          failure={refused?.text ?? ''}
          busy={busy}
          offline={offline}
          onDiscard={() => {
            setEdits({});
            setRefused(null);
          }}
        />
      ) : null}
    </form>
  );
}

/** In the unit that is stored, without what binary fractions add. */
function storedValue(metrics: readonly FormMetric[], name: string, shown: number): number {
  const metric = metrics.find((each) => each.name === name);
  return metric === undefined ? shown : Number(metric.view.toStored(shown).toPrecision(12));
}

/** By field, of all metrics but the one that is being typed. */
function faultsOf(
  metrics: readonly FormMetric[],
  own: MachineLimits,
  edits: LimitEdits,
  wider: readonly MachineLimits[],
  parse: Parse,
  typing: string | null,
): LimitFaults {
  return Object.fromEntries(
    metrics
      .filter(({ name }) => name !== typing)
      .flatMap((metric) =>
        Object.entries(draftFaults(draftOf(own, edits, metric.name, parse), wider, metric)).map(([kind, fault]) => [
          fieldOf(metric.name, kind as LimitKind),
          fault,
        ]),
      ),
  );
}

/** What the server said, at the field where it names one of ours, else as one sentence. */
function refusalOf(
  t: Translate,
  metrics: readonly FormMetric[],
  error: unknown,
): { fields: LimitFaults; text: string } {
  const said = error instanceof ApiError ? error.faults : [];
  const placed = said.flatMap(({ field = '', error: text }) =>
    metrics.some(({ name }) => metricOf(field) === name)
      ? [[field, { fault: 'server', text: serverMessage(t, text) }] as const]
      : [],
  );
  const allPlaced = placed.length > 0 && placed.length === said.length;
  return { fields: Object.fromEntries(placed), text: allPlaced ? '' : errorText(t, error) };
}
