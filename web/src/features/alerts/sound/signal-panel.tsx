// The settings of sound and notifications. The browser asks for permission here, upon a click, never before.

import { SEVERITIES } from '@gonsters/contract';
import { useState } from 'react';
import type { NotifyLevel } from '../../../components/domain/signals/signal-settings.ts';
import { useSignalSettings, useSiren } from '../../../components/domain/signals/use-signals.ts';
import { Segments } from '../../../components/ui/form/segments.tsx';
import { useText } from '../../../i18n/use-text.ts';
import { askPermission, notifyPermission } from '../notify/notifier.ts';
import { UnlockSound } from './unlock-sound.tsx';
import { Volume } from './volume.tsx';

const LEVELS = ['off', 'critical', 'all'] as const satisfies NotifyLevel[];

export function SignalPanel() {
  const { t } = useText();
  const { sound } = useSiren();
  return (
    <div className="grid gap-3 p-3">
      <section className="grid gap-2" aria-label={t('alerts.sound')}>
        <h3 className="label">{t('alerts.sound')}</h3>
        <div className="flex items-center gap-2">
          {sound === 'blocked' ? <UnlockSound /> : sound === 'unsupported' ? t('alerts.sound.unsupported') : <Volume />}
        </div>
        <ul className="caption grid gap-1">
          {SEVERITIES.map((severity) => (
            <li key={severity}>{t(`alerts.sound.${severity}`)}</li>
          ))}
        </ul>
      </section>
      <Notifications />
    </div>
  );
}

function Notifications() {
  const { t } = useText();
  const { signals, change } = useSignalSettings();
  const [permission, setPermission] = useState(notifyPermission);
  const usable = permission === 'granted' || permission === 'default';
  const choose = async (level: NotifyLevel) => {
    if (level === 'off') {
      change({ notify: level });
      return;
    }
    const answer = await askPermission();
    setPermission(answer);
    change({ notify: answer === 'granted' ? level : 'off' });
  };
  return (
    <section className="grid gap-2" aria-label={t('alerts.notify')}>
      <h3 className="label">{t('alerts.notify')}</h3>
      {usable ? (
        <Segments
          label={t('alerts.notify')}
          value={permission === 'granted' ? signals.notify : 'off'}
          choices={LEVELS.map((value) => ({ value, label: t(`alerts.notify.${value}`) }))}
          onChoose={(level) => void choose(level)}
        />
      ) : null}
      <p className="caption" role={usable ? undefined : 'status'}>
        {t(`alerts.notify.${permission}`)}
      </p>
    </section>
  );
}
