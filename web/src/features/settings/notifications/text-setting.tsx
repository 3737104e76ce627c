// One setting that is a text: stored with its own button.

import type { SettingView } from '@gonsters/contract';
import { useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useId, useState } from 'react';
import { useApi } from '../../../api/use-api.ts';
import { FaultText } from '../../../components/ui/form/field.tsx';
import { toast } from '../../../components/ui/toast.ts';
import { formFaults } from '../management-fault.ts';
import { lastChange } from '../plant/setting-text.ts';
import { SETTINGS_KEY } from '../plant/use-setting-draft.ts';
import { useTellingText } from '../telling/use-telling-text.ts';

export function TextSetting({
  view,
  title,
  hint,
  canSet,
  kind,
  proposal,
}: {
  view: SettingView;
  title: string;
  hint: string;
  /** Whether the server takes a value. One that is stored can always be removed. */
  canSet: boolean;
  kind: 'email' | 'url';
  /** What one probably wants, offered while nothing is stored. */
  proposal?: string;
}) {
  const { t, say, format } = useTellingText();
  const api = useApi();
  const queries = useQueryClient();
  const id = useId();
  const [typed, setTyped] = useState<string | null>(null);
  const [fault, setFault] = useState('');
  const [saving, setSaving] = useState(false);
  const text = typed ?? view.value;
  const store = async (value: string) => {
    setSaving(true);
    setFault('');
    try {
      await api.updateSetting(view.name, value);
      await queries.invalidateQueries({ queryKey: SETTINGS_KEY });
      await queries.invalidateQueries({ queryKey: ['notification-channels'] });
      setTyped(null);
      toast.success(t('settings.saved', { count: 1 }));
    } catch (error) {
      const faults = formFaults(t, error);
      setFault(faults.setting_value ?? faults[''] ?? '');
    }
    setSaving(false);
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    void store(text.trim());
  };
  const isDisabled = saving || (!canSet && view.value === '');
  const changed = lastChange(t, format, [view]);
  return (
    <form className="setting-row" noValidate onSubmit={submit}>
      <div>
        <h3>
          <label htmlFor={id}>{title}</label>
        </h3>
        <span className="caption" id={`${id}-hint`}>
          {hint}
          {changed === null ? null : <span className="block">{changed}</span>}
        </span>
      </div>
      <div className="flex flex-wrap gap-2">
        <span className="input min-w-0 flex-1">
          <input
            id={id}
            type={kind}
            autoComplete="off"
            aria-invalid={fault !== ''}
            aria-describedby={`${id}-hint`}
            placeholder={t('settings.none')}
            value={text}
            disabled={isDisabled}
            onChange={(event) => setTyped(event.target.value)}
          />
        </span>
        {typed === null || typed.trim() === view.value ? null : (
          <button type="submit" className="button button-primary" disabled={saving}>
            {say('notify.save')}
          </button>
        )}
        {proposal !== undefined && view.value === '' && typed === null && canSet ? (
          <button type="button" className="button" disabled={saving} onClick={() => void store(proposal)}>
            {say('notify.links.use', { url: proposal })}
          </button>
        ) : null}
      </div>
      {fault === '' ? null : (
        <div className="setting-row-message">
          <FaultText>{fault}</FaultText>
        </div>
      )}
    </form>
  );
}
