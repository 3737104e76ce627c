// Mute button, volume slider and test button of the alarm.

import { Volume2, VolumeX } from 'lucide-react';
import { useSignalSettings, useSiren } from '../../../components/domain/signals/use-signals.ts';
import { useText } from '../../../i18n/use-text.ts';

const STEPS = 20;

export function Volume() {
  const { t, format } = useText();
  const { siren, sound } = useSiren();
  const { signals, change } = useSignalSettings();
  const muted = sound === 'muted';
  const Icon = muted ? VolumeX : Volume2;
  const shown = signals.muted ? 0 : signals.volume;
  return (
    <>
      <button
        type="button"
        className="button button-quiet button-icon button-small"
        aria-label={t('alerts.sound.mute')}
        aria-pressed={muted}
        title={t(muted ? 'alerts.sound.unmute' : 'alerts.sound.mute')}
        onClick={() => (muted ? void siren.unlock() : change({ muted: true }))}
      >
        <Icon size={16} strokeWidth={1.5} />
      </button>
      <input
        type="range"
        className="slider flex-1"
        min={0}
        max={STEPS}
        value={Math.round(shown * STEPS)}
        aria-label={t('alerts.sound.volume')}
        aria-valuetext={format.share(shown)}
        style={{ backgroundSize: `${shown * 100}% 4px, 100% 4px` }}
        onChange={(event) => change({ muted: false, volume: Number(event.target.value) / STEPS })}
      />
      <button type="button" className="button button-quiet button-small" onClick={() => void siren.test()}>
        {t('alerts.sound.test')}
      </button>
    </>
  );
}
