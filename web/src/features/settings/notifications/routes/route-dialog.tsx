// Makes or changes a route: for which alerts, and who is told one after the other.

import type { NotificationRoute, Target } from '@gonsters/contract';
import { Plus } from 'lucide-react';
import { useState } from 'react';
import { useTellingApi } from '../../../../api/telling/use-telling-api.ts';
import { FormDialog } from '../../../../components/ui/dialog/form-dialog.tsx';
import { FaultText } from '../../../../components/ui/form/field.tsx';
import { SwitchField, TextField } from '../../../../components/ui/form/text-field.tsx';
import { useReorder } from '../../../../components/ui/form/use-reorder.ts';
import { toast } from '../../../../components/ui/toast.ts';
import { moved } from '../../telling/order.ts';
import type { TellingNames } from '../../telling/use-telling-names.ts';
import { useTellingText } from '../../telling/use-telling-text.ts';
import { useFormSubmit } from '../../use-form-submit.ts';
import { MatchFields } from './match-fields.tsx';
import { chainOf, isCompleteChain, type RouteDraft, routeDraft, routeOf, withStep } from './route-draft.ts';
import { routeName } from './route-text.ts';
import { StepFields } from './step-fields.tsx';
import { useRefreshRoutes } from './use-routes.ts';

export function RouteDialog({
  route,
  names,
  onClose,
}: {
  /** null for a new one. */
  route: NotificationRoute | null;
  names: TellingNames;
  onClose: () => void;
}) {
  const { say, t } = useTellingText();
  const api = useTellingApi();
  const refresh = useRefreshRoutes();
  const form = useFormSubmit();
  const [draft, setDraft] = useState<RouteDraft>(() => routeDraft(route, firstTarget(names)));
  const [touched, setTouched] = useState(false);
  const change = (part: Partial<RouteDraft>) => {
    setTouched(true);
    setDraft((before) => ({ ...before, ...part }));
  };
  const reorder = useReorder((from, to) => change({ steps: moved(draft.steps, from, to) }));
  const isDefault = route?.is_default === true;
  const save = () =>
    form.submit({}, async () => {
      if (route === null) await api.addRoute({ ...routeOf(draft), is_active: true });
      else await api.changeRoute(route.id, isDefault ? { chain: chainOf(draft) } : routeOf(draft));
      await refresh();
      toast.success(say('routes.saved', { name: isDefault ? routeName(say, route) : draft.name.trim() }));
      onClose();
    });
  // What is wrong within the chain or the matchers is named by its path.
  const others = Object.entries(form.faults).filter(([field]) => field !== 'name');
  return (
    <FormDialog
      wide
      title={route === null ? say('routes.new') : routeName(say, route)}
      submitLabel={t('save.save')}
      canSubmit={(isDefault || draft.name.trim() !== '') && isCompleteChain(draft)}
      busy={form.busy}
      unsaved={touched}
      onSubmit={save}
      onClose={onClose}
    >
      {isDefault ? null : (
        <>
          <TextField
            label={say('routes.name')}
            fault={form.faults.name}
            maxLength={100}
            value={draft.name}
            onChange={(name) => change({ name })}
          />
          <MatchFields match={draft.match} onChange={(match) => change({ match })} />
        </>
      )}
      <div className="grid gap-2">
        <h3 className="label">{say('routes.chain')}</h3>
        <ol className="grid gap-2" data-reorder>
          {draft.steps.map((step, place) => (
            <StepFields
              key={step.key}
              step={step}
              place={place}
              isOnly={draft.steps.length === 1}
              names={names}
              reorder={reorder}
              onChange={(next) => change({ steps: draft.steps.with(place, { ...next, key: step.key }) })}
              onRemove={() => change({ steps: draft.steps.toSpliced(place, 1) })}
            />
          ))}
        </ol>
        <div>
          <button
            type="button"
            className="button button-small"
            disabled={draft.steps.length >= 10}
            onClick={() => change({ steps: withStep(draft, firstTarget(names)).steps })}
          >
            <Plus size={14} strokeWidth={1.5} aria-hidden="true" />
            {say('chain.add_step')}
          </button>
        </div>
      </div>
      <SwitchField
        label={say('routes.stop_on_clear')}
        hint={say('routes.stop_on_clear.hint')}
        checked={draft.stopsOnClear}
        onChange={(stopsOnClear) => change({ stopsOnClear })}
      />
      {isDefault ? null : (
        <SwitchField
          label={say('routes.go_on')}
          hint={say('routes.go_on.hint')}
          checked={draft.goesOn}
          onChange={(goesOn) => change({ goesOn })}
        />
      )}
      {others.map(([field, text]) => (text === '' ? null : <FaultText key={field}>{text}</FaultText>))}
    </FormDialog>
  );
}

/** Whoever is on duty, where there is a schedule. */
function firstTarget({ schedules: [first] }: TellingNames): Target {
  return first === undefined ? { kind: 'role', role: 'Supervisor' } : { kind: 'duty', schedule_id: first.id };
}
