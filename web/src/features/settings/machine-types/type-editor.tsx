// One machine type: headline, metrics with what differs from the plant, charts, when a machine is stale, what its states mean.

import { MAX_CHARTS, MAX_HEADLINE, type MachineType, type MetricDefinition } from '@gonsters/contract';
import { type FormEvent, useId, useState } from 'react';
import { useApi, useMay } from '../../../api/use-api.ts';
import { ConditionsCard } from '../../../components/domain/conditions/conditions-card.tsx';
import { SaveBar } from '../../../components/ui/form/save-bar.tsx';
import { toast } from '../../../components/ui/toast.ts';
import { useText } from '../../../i18n/use-text.ts';
import { useConnection } from '../../../live/use-live.ts';
import { formFaults } from '../management-fault.ts';
import { useRefreshCatalogue } from '../use-catalogue.ts';
import { DeleteType } from './delete-type.tsx';
import { MetricSlots } from './metric-slots.tsx';
import { StateRoles } from './state-roles.tsx';
import { TypeBasics } from './type-basics.tsx';
import { countChanges, countFaults, ownFields, type TypeDraft, typeDraft } from './type-draft.ts';
import { TypeMetrics } from './type-metrics.tsx';

export function TypeEditor({ type, metrics }: { type: MachineType; metrics: readonly MetricDefinition[] }) {
  const { t, format } = useText();
  const api = useApi();
  const refresh = useRefreshCatalogue();
  const mayWrite = useMay('write:machines');
  const offline = useConnection().phase === 'offline';
  const form = useId();
  const [edit, setEdit] = useState<{ draft: TypeDraft; over: string } | null>(null);
  const [failure, setFailure] = useState('');
  const [busy, setBusy] = useState(false);
  const stored = typeDraft(type);
  const draft = edit?.draft ?? stored;
  const changes = edit === null ? 0 : countChanges(stored, draft);
  const change = (next: TypeDraft) => {
    setEdit({ draft: next, over: edit?.over ?? type.updated_at });
    setFailure('');
  };
  const discard = () => {
    setEdit(null);
    setFailure('');
  };
  const save = async (event: FormEvent) => {
    event.preventDefault();
    if (busy || changes === 0 || countFaults(draft) > 0) return;
    setBusy(true);
    setFailure('');
    try {
      await api.saveMachineType(type.name, draft);
      await refresh();
      setEdit(null);
      toast.success(t('types.saved', { name: type.label ?? type.name, count: type.machines }));
    } catch (error) {
      const said = Object.entries(formFaults(t, error));
      setFailure(said.map(([field, text]) => (field === '' ? text : `${field}: ${text}`)).join(' '));
    }
    setBusy(false);
  };
  // With the names and units that they have in this type.
  const choices = draft.metrics.flatMap(({ name }) => {
    const metric = metrics.find((each) => each.name === name);
    if (metric === undefined) return [];
    return [{ name, unit: metric.unit, label: ownFields(draft, name).fields.label ?? metric.label }];
  });
  const builtIn = metrics.filter((metric) => metric.is_built_in && !choices.some(({ name }) => name === metric.name));
  return (
    <>
      <section className="card" aria-labelledby={`${form}-name`}>
        <div className="card-head list-head-tools">
          <h2 id={`${form}-name`}>{type.label ?? type.name}</h2>
          <span className="caption">{t('types.reaches', { count: type.machines })}</span>
          <span className="flex-1" />
          <span className="caption hidden desktop:inline">
            {type.updated_by === null
              ? null
              : t('settings.last_changed', { time: format.moment(Date.parse(type.updated_at)), by: type.updated_by })}
          </span>
          <DeleteType type={type} />
        </div>
        {edit !== null && edit.over !== type.updated_at ? (
          <div className="twin-note" role="status">
            <span>{t('types.overtaken', { by: type.updated_by ?? '—' })}</span>
            <button type="button" className="button button-small" onClick={discard}>
              {t('types.take_theirs')}
            </button>
          </div>
        ) : null}
        <form id={form} noValidate onSubmit={(event) => void save(event)}>
          <MetricSlots
            title={t('types.headline')}
            hint={t('types.headline.none')}
            most={MAX_HEADLINE}
            names={draft.headline}
            choices={[...choices, ...builtIn]}
            readOnly={!mayWrite}
            onChange={(headline) => change({ ...draft, headline })}
          />
          <TypeMetrics sensorType={type.name} draft={draft} metrics={metrics} readOnly={!mayWrite} onChange={change} />
          <MetricSlots
            title={t('types.charts')}
            hint={t('types.charts.none')}
            most={MAX_CHARTS}
            names={draft.charts}
            choices={[...choices, ...builtIn]}
            readOnly={!mayWrite}
            onChange={(charts) => change({ ...draft, charts })}
          />
          <TypeBasics draft={draft} readOnly={!mayWrite} name={type.name} onChange={change} />
          <StateRoles draft={draft} metrics={metrics} readOnly={!mayWrite} onChange={change} />
        </form>
        {changes > 0 && mayWrite ? (
          <SaveBar
            form={form}
            changes={changes}
            faults={countFaults(draft)}
            failure={failure}
            busy={busy}
            offline={offline}
            onDiscard={discard}
          />
        ) : null}
      </section>
      <ConditionsCard context={{ machineId: null, machineName: '', sensorType: type.name, metric: null }} />
    </>
  );
}
