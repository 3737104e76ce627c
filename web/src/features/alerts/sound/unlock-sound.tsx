// Says that the browser blocks the alarm sound, and enables it: browsers play sound only after a click.

import { VolumeX } from 'lucide-react';
import { useSiren } from '../../../components/domain/signals/use-signals.ts';
import { useText } from '../../../i18n/use-text.ts';

export function UnlockSound() {
  const { t } = useText();
  const { siren } = useSiren();
  return (
    <>
      <VolumeX size={16} strokeWidth={1.5} aria-hidden="true" className="flex-none text-strong" />
      <span className="flex-1 text-strong">{t('alerts.sound.blocked')}</span>
      <button type="button" className="button button-small" onClick={() => void siren.unlock()}>
        {t('alerts.sound.enable')}
      </button>
    </>
  );
}

/** For a wall screen, which has no header. */
export function BlockedNotice() {
  const { sound } = useSiren();
  if (sound !== 'blocked') return null;
  return (
    <div className="glass blocked-notice" role="status">
      <UnlockSound />
    </div>
  );
}
