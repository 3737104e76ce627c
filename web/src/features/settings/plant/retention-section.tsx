// How long readings are kept, from single ones to days.

import type { SettingView } from '@gonsters/contract';
import { Link } from '@tanstack/react-router';
import { type FormEvent, useId } from 'react';
import { keepDocks } from '../../../components/keep-docks.ts';
import { useText } from '../../../i18n/use-text.ts';
import { FormSkeleton, LoadFailed } from '../section-states.tsx';
import { readSetting } from './setting-draft.ts';
import { SettingRow } from './setting-row.tsx';
import { lastChange } from './setting-text.ts';
import { SettingsSaveBar } from './settings-save-bar.tsx';
import { useSettingDraft, useSettings } from './use-setting-draft.ts';

const NAME = 'data_retention_days';
const DAYS_OF_YEAR = 365;
/** The coarser tiers, as the server keeps them; none for less time than a finer one. */
const TIERS = [
  { key: 'retention.minutes', years: 2 },
  { key: 'retention.hours', years: 5 },
  { key: 'retention.days', years: 100 },
] as const;

export function RetentionSection() {
  const settings = useSettings();
  if (settings.data) return <Retention views={settings.data} />;
  if (settings.isError) {
    return (
      <section className="card">
        <LoadFailed error={settings.error} onRetry={settings.refetch} />
      </section>
    );
  }
  return <FormSkeleton />;
}

function Retention({ views }: { views: readonly SettingView[] }) {
  const { t, format, language } = useText();
  const draft = useSettingDraft(views);
  const form = useId();
  const read = readSetting(NAME, draft.text(NAME), language);
  const days = read.ok ? Number(read.value) : null;
  const shorter = days !== null && days < Number(draft.stored[NAME]);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (draft.changes.length > 0 && draft.faults.size === 0) void draft.save();
  };
  const kept = (years: number) => {
    if (days === null) return '—';
    if (days > years * DAYS_OF_YEAR) return t('duration.days', { count: days });
    return years >= 100 ? t('retention.for_good') : t('duration.years', { count: years });
  };
  return (
    <form id={form} noValidate className="set-form" onSubmit={submit}>
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
          <div key={key} className="srow">
            <div>
              <h3>{t(key)}</h3>
              <span className="cap">{t(`${key}.hint`)}</span>
            </div>
            <span className="read-only">{kept(years)}</span>
          </div>
        ))}
        {shorter ? (
          <p className="notice card-note" role="status">
            {t('retention.shorter', { count: days })}
          </p>
        ) : null}
      </section>
      <p className="cap px-1">
        {t('retention.audit')}{' '}
        <Link
          to="/settings/{-$section}"
          params={{ section: 'audit' }}
          search={(search) => ({ ...keepDocks(search), action: 'config.update' })}
          className="link"
        >
          {t('settings.audit')}
        </Link>
      </p>
      <SettingsSaveBar form={form} draft={draft} />
    </form>
  );
}
