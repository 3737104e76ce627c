// Adds a metric before any device sends it.

import { useState } from 'react';
import { useApi } from '../../../api/use-api.ts';
import { FormDialog } from '../../../components/ui/dialog/form-dialog.tsx';
import { FaultText } from '../../../components/ui/form/field.tsx';
import { toast } from '../../../components/ui/toast.ts';
import { useText } from '../../../i18n/use-text.ts';
import { formFaults } from '../management-fault.ts';
import { useRefreshCatalogue } from '../use-catalogue.ts';
import { type MetricDraft, metricFaults, NEW_METRIC, nameOf, newMetric } from './metric-draft.ts';
import { MetricFields } from './metric-fields.tsx';

export function AddMetricDialog({ groups, onClose }: { groups: readonly string[]; onClose: () => void }) {
  const { t, language } = useText();
  const api = useApi();
  const refresh = useRefreshCatalogue();
  const [draft, setDraft] = useState<MetricDraft>(NEW_METRIC);
  const [tried, setTried] = useState(false);
  const [said, setSaid] = useState<Readonly<Record<string, string>>>({});
  const [busy, setBusy] = useState(false);
  const faults = Object.entries(metricFaults(draft, language, true));
  const texts = Object.fromEntries(tried ? faults.map(([field, fault]) => [field, t(`metrics.fault.${fault}`)]) : []);
  const submit = async () => {
    setTried(true);
    if (faults.length > 0) return;
    setBusy(true);
    setSaid({});
    try {
      const { label } = await api.addMetric(newMetric(draft, language));
      await refresh();
      toast.success(t('metrics.added', { label }));
      onClose();
    } catch (error) {
      setSaid(formFaults(t, error));
      setBusy(false);
    }
  };
  return (
    <FormDialog
      wide
      title={t('metrics.add')}
      submitLabel={t('metrics.add')}
      busy={busy}
      unsaved={draft.label !== ''}
      onSubmit={submit}
      onClose={onClose}
    >
      <MetricFields
        mayConfigure
        metric={null}
        draft={draft}
        groups={groups}
        faults={{ ...said, ...texts }}
        onChange={(change) => {
          setSaid({});
          setDraft((before) => {
            // The name follows the label until it is written by hand.
            const follows = change.label !== undefined && before.name === nameOf(before.label);
            return { ...before, ...change, ...(follows && { name: nameOf(change.label ?? '') }) };
          });
        }}
      />
      {said[''] === undefined ? null : <FaultText>{said['']}</FaultText>}
    </FormDialog>
  );
}
