// How long readings and their rollups are stored.

import { Link } from '@tanstack/react-router';
import { keepPanelFilters } from '../../../components/domain/links.ts';
import { useText } from '../../../i18n/use-text.ts';
import { readSetting } from './setting-draft.ts';
import { SettingRow } from './setting-row.tsx';
import { lastChange } from './setting-text.ts';
import { SettingsForm } from './settings-form.tsx';
import { TimeZoneRow } from './time-zone-row.tsx';
import type { SettingDraft } from './use-setting-draft.ts';

const NAME = 'data_retention_days';
const DAYS_OF_YEAR = 365;
/** The coarser tiers, as the server keeps them; none for less time than a finer one. */
const TIERS = [
  { key: 'retention.minutes', years: 2 },
  { key: 'retention.hours', years: 5 },
  { key: 'retention.days', years: 100 },
] as const;

export function RetentionSection() {
  return <SettingsForm>{(draft) => <Retention draft={draft} />}</SettingsForm>;
}

function Retention({ draft }: { draft: SettingDraft }) {
  const { t, format, language } = useText();
  const read = readSetting(NAME, draft.text(NAME), language);
  const days = read.ok ? Number(read.value) : null;
  const shorter = days !== null && days < Number(draft.stored[NAME]);
  const duration = (years: number) => {
    if (days === null) return '—';
    if (days > years * DAYS_OF_YEAR) return t('duration.days', { count: days });
    return years >= 100 ? t('retention.for_good') : t('duration.years', { count: years });
  };
  return (
    <>
      <section className="card">
        <div className="card-head">
          <h2>{t('retention.readings')}</h2>
        </div>
        <SettingRow
          title={t('retention.raw')}
          hint={[t('retention.raw.hint'), lastChange(t, format, [draft.view(NAME)])].filter(Boolean).join(' ')}
          draft={draft}
          controls={[{ name: NAME, suffix: t('retention.days_suffix') }]}
        />
        {TIERS.map(({ key, years }) => (
          <div key={key} className="setting-row">
            <div>
              <h3>{t(key)}</h3>
              <span className="caption">{t(`${key}.hint`)}</span>
            </div>
            <span className="read-only">{duration(years)}</span>
          </div>
        ))}
        <TimeZoneRow />
        {shorter ? (
          <p className="notice card-note" role="status">
            {t('retention.shorter', { count: days })}
          </p>
        ) : null}
      </section>
      <p className="caption px-1">
        {t('retention.audit')}{' '}
        <Link
          to="/settings/{-$section}"
          params={{ section: 'audit' }}
          search={(search) => ({ ...keepPanelFilters(search), action: 'config.update' })}
          className="link"
        >
          {t('settings.audit')}
        </Link>
      </p>
    </>
  );
}
