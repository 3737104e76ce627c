// Writes down what to do about an alert: for the machine, for all of its type or for the whole plant.

import type { Alert, ConditionKind, ConditionScope } from '@gonsters/contract';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { conditionsApi } from '../../../api/conditions-api.ts';
import { useApi, useMay } from '../../../api/use-api.ts';
import { alertText } from '../../../components/domain/alerts/alert-text.ts';
import { useAlertTexts } from '../../../components/domain/alerts/use-alert-texts.ts';
import { conditionAt, sameScope, scopesOf } from '../../../components/domain/conditions/condition-scopes.ts';
import {
  type Rationale,
  RationaleFields,
  rationaleOf,
  rationaleWritten,
} from '../../../components/domain/conditions/rationale-fields.tsx';
import { FormDialog } from '../../../components/ui/dialog/form-dialog.tsx';
import { FaultText } from '../../../components/ui/form/field.tsx';
import { Segments } from '../../../components/ui/form/segments.tsx';
import { toast } from '../../../components/ui/toast.ts';
import { useConditionText } from '../../../i18n/conditions/use-condition-text.ts';
import { errorText } from '../../../i18n/error-text.ts';
import { useStoryText } from '../../../i18n/story/use-story-text.ts';

export function WhatToDoDialog({ alert, onClose }: { alert: Alert; onClose: () => void }) {
  const { t, say } = useStoryText();
  const texts = useAlertTexts();
  const { scopeText } = useConditionText();
  const api = useApi();
  const requests = conditionsApi(api.client);
  const queries = useQueryClient();
  const mayConfigure = useMay('write:config');
  const machineId = alert.machine_id ?? '';
  const kind = alert.condition as ConditionKind;
  const metric = kind === 'connection' ? null : alert.metric;
  const machine = useQuery({ queryKey: ['machines', 'one', machineId], queryFn: () => api.machine(machineId) });
  const conditions = useQuery({
    queryKey: ['conditions', 'list', metric],
    queryFn: ({ signal }) => requests.list(metric === null ? {} : { metric }, signal),
    staleTime: 0,
  });
  const scopes = scopesOf({
    machineId,
    machineName: alert.machine_name,
    sensorType: machine.data?.sensor_type ?? null,
  }).filter(({ level }) => level !== 'plant' || mayConfigure);
  const written = conditions.data?.find(({ id }) => id === alert.condition_id);
  const [chosen, setChosen] = useState<ConditionScope | null>(null);
  const scope = chosen ?? scopes.find((each) => written && sameScope(each, written.scope)) ?? scopes[0];
  const existing = scope && conditions.data ? conditionAt(conditions.data, kind, metric, scope) : null;
  const [edits, setEdits] = useState<Partial<Rationale>>({});
  const [busy, setBusy] = useState(false);
  const [fault, setFault] = useState('');
  const draft: Rationale = { ...rationaleOf(existing ?? alert), ...edits };

  const save = async () => {
    if (scope === undefined) return;
    setBusy(true);
    setFault('');
    try {
      const body = rationaleWritten(draft);
      if (existing === null) {
        const severity = kind === 'level' ? {} : { severity: alert.severity };
        await requests.add({ kind, scope, metric, is_active: true, ...severity, ...body });
      } else await requests.change(existing.id, body);
      toast.success(say('story.todo.saved'));
      await queries.invalidateQueries({ queryKey: ['conditions'] });
      void queries.invalidateQueries({ queryKey: ['alerts', 'one', alert.id] });
      onClose();
    } catch (error) {
      setFault(errorText(t, error));
      setBusy(false);
    }
  };
  return (
    <FormDialog
      title={say('story.todo')}
      lead={`${alert.machine_name}, ${alertText(texts, alert)}`}
      wide
      busy={busy}
      unsaved={Object.keys(edits).length > 0}
      submitLabel={t('save.save')}
      canSubmit={conditions.data !== undefined && Number.isNaN(draft.minutes ?? 0) === false}
      onSubmit={save}
      onClose={onClose}
    >
      {scopes.length > 1 && scope ? (
        <div className="scroll-x">
          <Segments
            label={say('story.machines')}
            value={scope.level}
            choices={scopes.map((each) => ({ value: each.level, label: scopeText(each, alert.machine_name) }))}
            onChoose={(level) => {
              setChosen(scopes.find((each) => each.level === level) ?? null);
              setEdits({});
            }}
          />
        </div>
      ) : null}
      <RationaleFields draft={draft} onChange={(change) => setEdits({ ...edits, ...change })} />
      {fault === '' ? null : <FaultText>{fault}</FaultText>}
    </FormDialog>
  );
}
