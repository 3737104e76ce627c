// Resets all settings to their defaults, after listing what that changes.

import type { SettingView } from '@gonsters/contract';
import { useQueryClient } from '@tanstack/react-query';
import { CircleCheck } from 'lucide-react';
import { useState } from 'react';
import { useApi } from '../../../api/use-api.ts';
import { settingName } from '../../../components/domain/setting-name.ts';
import { StateMessage } from '../../../components/ui/state-message.tsx';
import { toast } from '../../../components/ui/toast.ts';
import { useText } from '../../../i18n/use-text.ts';
import { useConnection } from '../../../live/use-live.ts';
import { ConfirmDialog } from '../confirm-dialog.tsx';
import { FormSkeleton, SectionFailed } from '../section-states.tsx';
import { showSetting } from './setting-draft.ts';
import { changedFromDefault, SETTINGS_KEY, useSettings } from './use-setting-draft.ts';
import '../../../styles/differences.css';

export function ResetSection() {
  const { t } = useText();
  const api = useApi();
  const queries = useQueryClient();
  const settings = useSettings();
  const offline = useConnection().phase === 'offline';
  const [asking, setAsking] = useState(false);
  if (settings.isPending) return <FormSkeleton />;
  const changed = changedFromDefault(settings.data ?? []);
  return (
    <section className="card">
      <div className="card-head">
        <h2>{t('reset.different')}</h2>
        {changed.length > 0 ? <span className="count">{changed.length}</span> : null}
        <span className="flex-1" />
        {changed.length > 0 ? (
          <button type="button" className="button" disabled={offline} onClick={() => setAsking(true)}>
            {t('reset.do')}
          </button>
        ) : null}
      </div>
      <p className="card-note">{t('reset.hint')}</p>
      {settings.isError && !settings.data ? <SectionFailed error={settings.error} onRetry={settings.refetch} /> : null}
      {settings.data && changed.length === 0 ? <StateMessage icon={CircleCheck} title={t('reset.none')} /> : null}
      {changed.length > 0 ? <Differences changed={changed} /> : null}
      {asking ? (
        <ConfirmDialog
          title={t('reset.title', { count: changed.length })}
          confirm={t('reset.do')}
          run={async () => {
            queries.setQueryData(SETTINGS_KEY, await api.resetSettings());
            toast.success(t('reset.done'));
          }}
          onClose={() => setAsking(false)}
        >
          <p>{t('reset.at_once')}</p>
          <Differences changed={changed} />
        </ConfirmDialog>
      ) : null}
    </section>
  );
}

function Differences({ changed }: { changed: readonly { view: SettingView; standard: string }[] }) {
  const { t, language, metricLabel } = useText();
  return (
    <ul className="differences">
      {changed.map(({ view, standard }) => {
        const text = (value: string) => {
          if (value === '') return t('settings.none');
          const unit = view.unit === 'days' ? t('retention.days_suffix') : (view.unit ?? '');
          return `${showSetting(view.name, value, language)} ${unit}`.trim();
        };
        return (
          <li key={view.name}>
            <b>{settingName(t, metricLabel, view.name)}</b>
            <span>
              <span className="sr-only">{t('reset.now')} </span>
              {text(view.value)} <span aria-hidden="true">→</span>
              <span className="sr-only"> {t('reset.then')}</span> <span className="text-strong">{text(standard)}</span>
            </span>
          </li>
        );
      })}
    </ul>
  );
}
