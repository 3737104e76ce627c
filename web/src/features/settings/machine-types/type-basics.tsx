// What a person calls the type, and after how long without a reading its machines are stale.

import { NumberInput } from '../../../components/ui/form/number-input.tsx';
import { durationText } from '../../../i18n/duration-text.ts';
import { useText } from '../../../i18n/use-text.ts';
import { useSettings } from '../plant/use-setting-draft.ts';
import type { TypeDraft } from './type-draft.ts';

const INACTIVITY = 'inactivity_timeout';

export function TypeBasics({
  name,
  draft,
  readOnly,
  onChange,
}: {
  name: string;
  draft: TypeDraft;
  readOnly: boolean;
  onChange: (draft: TypeDraft) => void;
}) {
  const { t } = useText();
  const settings = useSettings();
  const plant = Number(settings.data?.find((setting) => setting.name === INACTIVITY)?.value ?? Number.NaN);
  const own = draft.inactivity_timeout ?? null;
  const shown = own ?? plant;
  const words = Number.isInteger(shown) && shown > 0 ? durationText(t, shown) : '—';
  return (
    <>
      <div className="setting-row">
        <div>
          <h3>{t('types.silent')}</h3>
          <span className="caption">
            {Number.isNaN(plant) ? null : t('types.silent.plant', { duration: durationText(t, plant) })}
          </span>
        </div>
        <div className="pair">
          <NumberInput
            label={t('types.silent')}
            value={own}
            placeholder={Number.isNaN(plant) ? '' : String(plant)}
            suffix={t('settings.seconds')}
            disabled={readOnly}
            onChange={(value) => onChange({ ...draft, inactivity_timeout: value })}
          />
          <span className="caption in-words">
            = {words}{' '}
            {own === null || readOnly ? (
              t('types.plant')
            ) : (
              <button
                type="button"
                className="button button-quiet button-small"
                onClick={() => onChange({ ...draft, inactivity_timeout: null })}
              >
                {t('types.plants')}
              </button>
            )}
          </span>
        </div>
      </div>
      <div className="setting-row">
        <div>
          <h3>{t('types.label')}</h3>
          <span className="caption">{t('types.label.hint', { name })}</span>
        </div>
        <span className="input">
          <input
            aria-label={t('types.label')}
            maxLength={100}
            autoComplete="off"
            placeholder={name}
            disabled={readOnly}
            value={draft.label ?? ''}
            onChange={(event) => onChange({ ...draft, label: event.target.value || null })}
          />
        </span>
      </div>
    </>
  );
}
