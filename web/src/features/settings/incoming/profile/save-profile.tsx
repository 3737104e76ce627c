// The bar that saves the profile and takes in again what was refused: one action.

import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { createPortal } from 'react-dom';
import { ApiError } from '../../../../api/http/send.ts';
import { useApi, useMay } from '../../../../api/use-api.ts';
import { FaultText } from '../../../../components/ui/form/field.tsx';
import { LeaveGuard } from '../../../../components/ui/form/leave-guard.tsx';
import { toast } from '../../../../components/ui/toast.ts';
import { formFaults } from '../../management-fault.ts';
import { editedProfile, isTouched, type ProfileEdit } from '../model/profile-draft.ts';
import { mappedCount } from '../model/rule-edit.ts';
import { useIncomingText } from '../use-incoming-text.ts';
import { useReplay } from './use-replay.ts';
import '../../../../styles/limits.css';

export function SaveProfile({
  gatewayId,
  isProposed,
  streamId,
  edit,
  refused,
  onSaved,
}: {
  /** null: there is no profile to save, only aliases. */
  gatewayId: string | null;
  /** The rule is not in force and was not changed: it is saved as it was proposed. */
  isProposed: boolean;
  streamId: string;
  edit: ProfileEdit;
  /** Messages that are kept and can be taken in again. */
  refused: number;
  /** The edit is over: saved, or given up. */
  onSaved: () => void;
}) {
  const { t, say } = useIncomingText();
  const api = useApi();
  const queries = useQueryClient();
  const mayAdd = useMay('write:config');
  const [again, setAgain] = useState(true);
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<'' | 'overtaken' | string>('');
  const { replayed, replay } = useReplay();
  const savesRule = gatewayId !== null && (isProposed || edit.rule !== edit.before);
  const count = savesRule ? mappedCount(edit.rule) : 0;
  const replays = again && refused > 0;

  /** Those that are used; the others were a choice on the way. */
  const addMetrics = async () => {
    for (const value of edit.rule.values) {
      for (const name of [value.metric, ...Object.values(value.renames ?? {})]) {
        const metric = name === null ? undefined : edit.metrics[name];
        if (name === null || metric === undefined) continue;
        const unit = value.unit && 'constant' in value.unit ? value.unit.constant : '';
        await api.addMetric({ name, ...metric, ...(unit === '' ? {} : { unit }) }).catch(unlessThere);
      }
    }
    await queries.invalidateQueries({ queryKey: ['metrics'] });
  };
  const giveAliases = async () => {
    for (const { alias, machine } of edit.aliases) {
      const { aliases } = await api.machine(machine.machine_id);
      if (!aliases.includes(alias)) await api.updateMachine(machine.machine_id, { aliases: [...aliases, alias] });
    }
    await queries.invalidateQueries({ queryKey: ['machines'] });
  };
  const save = async () => {
    setBusy(true);
    setFailure('');
    try {
      if (mayAdd && Object.keys(edit.metrics).length > 0) await addMetrics();
      if (savesRule) await api.saveProfile(gatewayId, editedProfile(edit), edit.version);
      // Last, so that nothing is stored under other names than those that were chosen.
      if (edit.aliases.length > 0) await giveAliases();
      toast.success(savesRule ? say('save.saved', { count }) : say('save.saved_names'));
      if (replays) await replay(streamId);
      await queries.invalidateQueries({ queryKey: ['gateway-profile', gatewayId] });
      onSaved();
      void queries.invalidateQueries({ queryKey: ['incoming'] });
    } catch (error) {
      const isOvertaken = error instanceof ApiError && error.status === 409;
      setFailure(isOvertaken ? 'overtaken' : Object.values(formFaults(t, error)).join(' '));
    } finally {
      setBusy(false);
    }
  };
  const takeTheirs = async () => {
    await queries.invalidateQueries({ queryKey: ['gateway-profile', gatewayId] });
    setFailure('');
    onSaved();
  };
  return createPortal(
    <section className="save-bar save-profile glass" aria-label={say('save')}>
      <div className="min-w-0 flex-1">
        <b>
          {savesRule ? say('save.values', { count }) : say('save.names', { count: edit.aliases.length })}
          {!savesRule ? null : (
            <span className="save-topic">
              {' '}
              {edit.rule.topic === null ? say('save.every_topic') : say('save.topic', { topic: edit.rule.topic })}
            </span>
          )}
        </b>
        {failure === '' ? null : <FaultText>{failure === 'overtaken' ? say('save.overtaken') : failure}</FaultText>}
      </div>
      {refused === 0 ? null : (
        <label className="switch save-again">
          <input
            type="checkbox"
            role="switch"
            aria-checked={again}
            checked={again}
            onChange={(event) => setAgain(event.target.checked)}
          />
          <span className="caption">
            {replayed === null
              ? say('save.again', { count: refused })
              : say('replay.running', { done: replayed, count: refused })}
          </span>
        </label>
      )}
      {failure === 'overtaken' ? (
        <button type="button" className="button" onClick={() => void takeTheirs()}>
          {say('save.take_theirs')}
        </button>
      ) : null}
      {isTouched(edit) ? (
        <button type="button" className="button button-quiet" disabled={busy} onClick={onSaved}>
          {t('save.discard')}
        </button>
      ) : null}
      <button type="button" className="button button-primary" disabled={busy} onClick={() => void save()}>
        {t(busy ? 'save.saving' : 'save.save')}
      </button>
      {isTouched(edit) ? <LeaveGuard changes={1} /> : null}
    </section>,
    document.body,
  );
}

/** Added by an earlier attempt, or by a value that came in the meantime. */
function unlessThere(error: unknown): void {
  if (!(error instanceof ApiError) || error.status !== 409) throw error;
}
