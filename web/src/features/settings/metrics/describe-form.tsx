// Describes a metric in its row: the fields, what it is called elsewhere, and saving, accepting, retiring or deleting it.

import type { MetricDefinition } from '@gonsters/contract';
import { Check } from 'lucide-react';
import { type FormEvent, type ReactNode, useState } from 'react';
import { useApi, useMay } from '../../../api/use-api.ts';
import { FaultText } from '../../../components/ui/form/field.tsx';
import { toast } from '../../../components/ui/toast.ts';
import { useText } from '../../../i18n/use-text.ts';
import { formFaults } from '../management-fault.ts';
import { useRefreshCatalogue } from '../use-catalogue.ts';
import { type MetricDraft, metricDraft, metricFaults, metricPatch } from './metric-draft.ts';
import { MetricFields } from './metric-fields.tsx';

export function DescribeForm({
  metric,
  groups,
  facts,
  actions,
  onClose,
}: {
  metric: MetricDefinition;
  groups: readonly string[];
  /** What is known of it, above the buttons. */
  facts: ReactNode;
  /** Buttons for what else can be done with it. */
  actions: ReactNode;
  onClose: () => void;
}) {
  const { t, language } = useText();
  const api = useApi();
  const refresh = useRefreshCatalogue();
  const mayDescribe = useMay('write:machines');
  const mayConfigure = useMay('write:config');
  const [edits, setEdits] = useState<Partial<MetricDraft>>({});
  const [said, setSaid] = useState<Readonly<Record<string, string>>>({});
  const [busy, setBusy] = useState(false);
  const draft = { ...metricDraft(metric, language), ...edits };
  const found = metric.status === 'discovered' || metric.status === 'pending';
  const faults = metricFaults(draft, language, false);
  const texts = Object.fromEntries(
    Object.entries(faults).map(([field, fault]) => [field, t(`metrics.fault.${fault}`)]),
  );
  const wrong = Object.keys(faults).length > 0;
  const patch = wrong ? null : metricPatch(metric, draft, language);

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (busy || wrong) return;
    setBusy(true);
    setSaid({});
    try {
      if (patch !== null) await api.updateMetric(metric.name, patch);
      if (found) await api.acceptMetric(metric.name);
      await refresh();
      toast.success(t(found ? 'metrics.described' : 'metrics.saved', { label: draft.label.trim() }));
      onClose();
    } catch (error) {
      setSaid(formFaults(t, error));
      setBusy(false);
    }
  };
  const unplaced = Object.entries(said).filter(([field]) => !isShown(field));
  return (
    <form noValidate className="describe" onSubmit={(event) => void submit(event)}>
      {mayDescribe ? (
        <MetricFields
          metric={metric}
          draft={draft}
          faults={{ ...said, ...texts }}
          groups={groups}
          mayConfigure={mayConfigure}
          onChange={(change) => {
            setEdits((before) => ({ ...before, ...change }));
            setSaid({});
          }}
        />
      ) : null}
      {facts}
      {unplaced.map(([field, text]) => (
        <FaultText key={field}>{text}</FaultText>
      ))}
      <div className="describe-foot">
        {actions}
        <span className="flex-1" />
        <button type="button" className="button button-quiet" onClick={onClose}>
          {t('metrics.close')}
        </button>
        {mayDescribe ? (
          <button
            type="submit"
            className="button button-primary"
            disabled={busy || wrong || (patch === null && !found)}
          >
            <Check size={16} strokeWidth={1.5} aria-hidden="true" />
            {t(found ? 'metrics.describe' : 'save.save')}
          </button>
        ) : null}
      </div>
    </form>
  );
}

const FIELDS = new Set([
  'label',
  'name',
  'group',
  'kind',
  'unit',
  'unit_code',
  'display_unit',
  'decimals',
  'states',
  'aliases',
  'min',
  'max',
]);
const isShown = (field: string) => FIELDS.has(field) || field.startsWith('limits.') || field === 'description';
