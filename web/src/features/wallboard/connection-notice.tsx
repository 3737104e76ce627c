// A large notice that values are not current: since when, and how old they are.

import { WifiOff } from 'lucide-react';
import { useText } from '../../i18n/use-text.ts';
import { useConnection, useLive, useNow } from '../../live/use-live.ts';
import { useSilence } from '../../live/use-silence.ts';

export function ConnectionNotice() {
  const { t, format } = useText();
  const { connection } = useLive();
  const { phase, sinceMs } = useConnection();
  const silentMs = useSilence();
  useNow();
  if (phase === 'offline') {
    const lastMs = connection.lastFrameMs;
    const age = Number.isNaN(lastMs) ? null : format.age(Date.now() - lastMs);
    return (
      <div className="wall-trouble">
        <WifiOff aria-hidden="true" />
        <b role="alert">{t('wall.offline', { time: `${format.minute(sinceMs)} ${format.zone(sinceMs)}` })}</b>
        <span className="wall-trouble-age">{age === null ? t('wall.no_values') : t('wall.values_age', { age })}</span>
      </div>
    );
  }
  if (silentMs === null) return null;
  return (
    <div className="wall-trouble">
      <b>{t('live.silent', { age: format.age(silentMs) })}</b>
      <span className="wall-trouble-age">{t('wall.silent.hint')}</span>
    </div>
  );
}
