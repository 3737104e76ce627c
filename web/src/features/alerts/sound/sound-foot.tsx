// The foot of the alert panel: volume, or why there is no sound.

import { useSiren } from '../../../components/domain/signals/use-signals.ts';
import { useText } from '../../../i18n/use-text.ts';
import { SignalMenu } from './signal-menu.tsx';
import { UnlockSound } from './unlock-sound.tsx';
import { Volume } from './volume.tsx';

export function SoundFoot() {
  const { t } = useText();
  const { sound } = useSiren();
  return (
    <div className="dock-foot">
      {sound === 'blocked' ? (
        <UnlockSound />
      ) : sound === 'unsupported' ? (
        <span className="flex-1">{t('alerts.sound.unsupported')}</span>
      ) : (
        <Volume />
      )}
      <SignalMenu />
    </div>
  );
}
