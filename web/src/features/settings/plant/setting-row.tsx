// One setting: its name at the left, its controls at the right, its faults below.

import { type ReactNode, useId } from 'react';
import { useMay } from '../../../api/use-api.ts';
import { FaultText } from '../../../components/ui/form/field.tsx';
import { useText } from '../../../i18n/use-text.ts';
import { showSetting } from './setting-draft.ts';
import { settingFaultText } from './setting-text.ts';
import type { SettingDraft } from './use-setting-draft.ts';

export interface SettingControl {
  name: string;
  /** Inside the control, behind the value: side and unit. */
  suffix: string;
}

export function SettingRow({
  title,
  hint,
  draft,
  controls,
  children,
}: {
  title: string;
  hint: ReactNode;
  draft: SettingDraft;
  controls: readonly SettingControl[];
  /** Beside the last control. */
  children?: ReactNode;
}) {
  const { t, language } = useText();
  const mayWrite = useMay('write:config');
  const id = useId();
  const names = controls.map(({ name }) => name);
  const fault = names.map((name) => draft.faults.get(name)).find((each) => each !== undefined);
  const refused = names.flatMap((name) => draft.refusals.get(name) ?? []);
  const said = fault === undefined ? refused : [settingFaultText(t, language, fault), ...refused];
  return (
    <div className="setting-row">
      <div>
        <h3>{title}</h3>
        <span className="caption" id={`${id}-hint`}>
          {hint}
        </span>
      </div>
      <div className="pair">
        {controls.map((control) =>
          mayWrite ? (
            <Control
              key={control.name}
              title={title}
              draft={draft}
              control={control}
              describedBy={said.length > 0 ? `${id}-hint ${id}-fault` : `${id}-hint`}
            />
          ) : (
            <ReadOnly key={control.name} draft={draft} control={control} />
          ),
        )}
        {children}
      </div>
      {said.length > 0 || names.some((name) => draft.isOvertaken(name)) ? (
        <div className="setting-row-message">
          {said.map((text, place) => (
            <FaultText key={text} {...(place === 0 ? { id: `${id}-fault` } : {})}>
              {text}
            </FaultText>
          ))}
          {controls.map((control) => (
            <Overtaken key={control.name} draft={draft} control={control} />
          ))}
        </div>
      ) : null}
    </div>
  );
}

/** Another user has changed it while this one was typing. Both values are shown, and the user decides. */
function Overtaken({ draft, control: { name, suffix } }: { draft: SettingDraft; control: SettingControl }) {
  const { t, language } = useText();
  if (!draft.isOvertaken(name)) return null;
  const value = showSetting(name, draft.stored[name] ?? '', language) || t('settings.none');
  return (
    <div className="overtaken" role="status">
      <span>
        {t('settings.overtaken', { value: `${value} ${suffix}`.trim(), by: draft.view(name)?.updated_by ?? '—' })}
      </span>
      <button type="button" className="button button-small" onClick={() => draft.drop(name)}>
        {t('settings.take_theirs')}
      </button>
      <button type="button" className="button button-small button-quiet" onClick={() => draft.keep(name)}>
        {t('settings.keep_mine')}
      </button>
    </div>
  );
}

function Control({
  title,
  draft,
  control: { name, suffix },
  describedBy,
}: {
  title: string;
  draft: SettingDraft;
  control: SettingControl;
  describedBy: string;
}) {
  const { t } = useText();
  const wrong = draft.faults.has(name) || draft.refusals.has(name);
  return (
    <label className={`input ${wrong ? 'input-invalid' : ''}`}>
      <input
        inputMode="decimal"
        autoComplete="off"
        aria-label={suffix === '' ? title : `${title}, ${suffix}`}
        aria-invalid={wrong}
        aria-describedby={describedBy}
        placeholder={t('settings.none')}
        value={draft.text(name)}
        disabled={draft.saving}
        onChange={(event) => draft.edit(name, event.target.value)}
      />
      <span className="suffix" aria-hidden="true">
        {suffix}
      </span>
    </label>
  );
}

/** For users who may only read: a text instead of a control. */
function ReadOnly({ draft, control: { name, suffix } }: { draft: SettingDraft; control: SettingControl }) {
  const { t } = useText();
  return (
    <span className="read-only">
      <span className="number">{draft.text(name) || t('settings.none')}</span> <span className="suffix">{suffix}</span>
    </span>
  );
}
