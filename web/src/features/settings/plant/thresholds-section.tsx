// The plant-wide limits to read, and the deadband, delays and timeout of alerts to change.

import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useApi, useMay } from '../../../api/use-api.ts';
import { keepPanelFilters } from '../../../components/domain/links.ts';
import { durationText } from '../../../i18n/duration-text.ts';
import { useText } from '../../../i18n/use-text.ts';
import { PlantLimits } from './plant-limits.tsx';
import { readSetting } from './setting-draft.ts';
import { SettingRow } from './setting-row.tsx';
import { lastChange } from './setting-text.ts';
import { SettingsForm } from './settings-form.tsx';
import type { SettingDraft } from './use-setting-draft.ts';

export function ThresholdsSection() {
  return (
    <>
      <Limits />
      <SettingsForm>{(draft) => <Timing draft={draft} />}</SettingsForm>
    </>
  );
}

/** Limits are changed where they live: on the metric, the machine type or the machine. */
function Limits() {
  const { t } = useText();
  return (
    <section className="card">
      <div className="card-head">
        <h2>{t('settings.plant_wide')}</h2>
        <span className="caption hidden tablet:inline">{t('settings.plant_wide.hint')}</span>
        <span className="flex-1" />
        <OwnLimitsLink />
      </div>
      <PlantLimits />
    </section>
  );
}

function Timing({ draft }: { draft: SettingDraft }) {
  const { t } = useText();
  const mayWrite = useMay('write:config');
  return (
    <section className="card">
      <div className="card-head">
        <h2>{t('settings.alerting')}</h2>
        <span className="caption hidden tablet:inline">
          {t(mayWrite ? 'settings.alerting.hint' : 'settings.plant_wide.read_only')}
        </span>
      </div>
      <SettingRow
        title={t('settings.deadband')}
        hint={<Hint draft={draft} names={['alert_deadband_percent']} text={t('settings.deadband.hint')} />}
        draft={draft}
        controls={[{ name: 'alert_deadband_percent', suffix: '%' }]}
      />
      <SettingRow
        title={t('settings.delays')}
        hint={
          <Hint
            draft={draft}
            names={['alert_on_delay_seconds', 'alert_off_delay_seconds']}
            text={t('settings.delays.hint')}
          />
        }
        draft={draft}
        controls={[
          { name: 'alert_on_delay_seconds', suffix: t('settings.delays.on') },
          { name: 'alert_off_delay_seconds', suffix: t('settings.delays.off') },
        ]}
      />
      <SettingRow
        title={t('settings.inactivity')}
        hint={<Hint draft={draft} names={['inactivity_timeout']} text={t('settings.inactivity.hint')} />}
        draft={draft}
        controls={[{ name: 'inactivity_timeout', suffix: t('settings.seconds') }]}
      >
        <InWords draft={draft} name="inactivity_timeout" />
      </SettingRow>
    </section>
  );
}

/** What it means, and who changed it last. */
function Hint({ draft, names, text }: { draft: SettingDraft; names: readonly string[]; text: string }) {
  const { t, format } = useText();
  const changed = lastChange(t, format, names.map(draft.view));
  return (
    <>
      {text}
      {changed === null ? null : <span className="block">{changed}</span>}
    </>
  );
}

function InWords({ draft, name }: { draft: SettingDraft; name: string }) {
  const { t, language } = useText();
  const read = readSetting(name, draft.text(name), language);
  if (!read.ok) return null;
  return <span className="caption in-words">= {durationText(t, Number(read.value))}</span>;
}

function OwnLimitsLink() {
  const { t } = useText();
  const api = useApi();
  const own = useQuery({
    queryKey: ['machines', 'own-limits', 'count'],
    queryFn: ({ signal }) => api.machinesWithOwnLimits('', 1, 0, signal),
  });
  const count = own.data?.pagination.total_records ?? 0;
  if (count === 0) return null;
  return (
    <Link
      to="/settings/{-$section}"
      params={{ section: 'types' }}
      search={keepPanelFilters}
      className="button button-quiet button-small ellipsis"
    >
      {t('settings.own_limits.count', { count })}
    </Link>
  );
}
