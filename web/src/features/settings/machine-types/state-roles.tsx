// Which metric says whether a machine runs, and what each of its values means.

import type { MetricDefinition } from '@gonsters/contract';
import { useText } from '../../../i18n/use-text.ts';
import { assigned, roleOf, STATE_ROLES, type StateRole, stateMetric, type TypeDraft } from './type-draft.ts';

export function StateRoles({
  draft,
  metrics,
  readOnly,
  onChange,
}: {
  draft: TypeDraft;
  /** Those of the plant. */
  metrics: readonly MetricDefinition[];
  readOnly: boolean;
  onChange: (draft: TypeDraft) => void;
}) {
  const { t } = useText();
  const possible = metrics.filter(
    ({ kind, name, status }) =>
      (kind === 'state' || kind === 'boolean') && (status !== 'retired' || draft.state?.metric === name),
  );
  const chosen = possible.find(({ name }) => name === draft.state?.metric);
  const known = chosen?.kind === 'boolean' ? ['true', 'false'] : (chosen?.states ?? []);
  // Values that were named before a machine has sent them.
  const named = STATE_ROLES.flatMap((role) => draft.state?.[role] ?? []);
  const values = [...new Set([...known, ...named])];
  const box = (role: StateRole | null) => {
    const members = values.filter((value) => roleOf(draft, value) === role);
    if (role === null && members.length === 0) return null;
    return (
      <section key={role} className="role-box" aria-label={t(`types.role.${role ?? 'unknown'}`)}>
        <h4>
          {role === null ? null : <i className={`state-mark state-${role}`} aria-hidden="true" />}
          {t(`types.role.${role ?? 'unknown'}`)}
        </h4>
        <ul>
          {members.map((value) => (
            <li key={value} className={`chip chip-select ${role === null ? 'chip-open' : ''}`}>
              {readOnly ? (
                <span className="px-2">{value}</span>
              ) : (
                <select
                  aria-label={t('types.role_of', { state: value })}
                  value={role ?? ''}
                  onChange={(event) =>
                    onChange(assigned(draft, value, (event.target.value || null) as StateRole | null))
                  }
                >
                  {[...STATE_ROLES, ''].map((each) => (
                    <option key={each} value={each}>
                      {each === (role ?? '') ? value : t(`types.role.${(each || 'unknown') as StateRole}`)}
                    </option>
                  ))}
                </select>
              )}
            </li>
          ))}
        </ul>
      </section>
    );
  };
  return (
    <div className="state-roles">
      <div>
        <h3>{t('types.state')}</h3>
        <p className="caption">{t('types.state.hint')}</p>
        <select
          className="input input-select"
          aria-label={t('types.state.metric')}
          disabled={readOnly}
          value={draft.state?.metric ?? ''}
          onChange={(event) => onChange(stateMetric(draft, event.target.value || null))}
        >
          <option value="">{t('settings.none')}</option>
          {possible.map(({ name, label }) => (
            <option key={name} value={name}>
              {label}
            </option>
          ))}
        </select>
      </div>
      {draft.state == null ? null : <div className="role-boxes">{[...STATE_ROLES, null].map(box)}</div>}
    </div>
  );
}
