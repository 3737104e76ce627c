// The button in the header that mutes, unmutes or unblocks the alarm sound.

import { Volume2, VolumeX } from 'lucide-react';
import { useSignalSettings, useSiren } from '../../../components/domain/signals/use-signals.ts';
import { useText } from '../../../i18n/use-text.ts';

export function SoundButton() {
  const { t } = useText();
  const { siren, sound } = useSiren();
  const { change } = useSignalSettings();
  if (sound === 'unsupported') return null;
  const on = sound === 'on';
  const blocked = sound === 'blocked';
  const Icon = on ? Volume2 : VolumeX;
  return (
    <button
      type="button"
      className={blocked ? 'button button-sound' : 'button button-quiet button-icon'}
      aria-label={t(blocked ? 'alerts.sound.blocked_enable' : 'alerts.sound.mute')}
      {...(blocked ? {} : { 'aria-pressed': !on })}
      title={t(blocked ? 'alerts.sound.blocked_enable' : on ? 'alerts.sound.mute' : 'alerts.sound.unmute')}
      data-unlocks-sound={on ? undefined : true}
      onClick={() => (on ? change({ muted: true }) : void siren.unlock())}
    >
      <Icon size={16} strokeWidth={1.5} aria-hidden="true" />
      {blocked ? <span className="hidden tablet:inline">{t('alerts.sound.enable_sound')}</span> : null}
    </button>
  );
}
