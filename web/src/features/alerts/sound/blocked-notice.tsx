// On a wall screen, which has no header: says that the browser keeps the alarm silent, for as long as it does.

import { useSiren } from '../../../components/domain/signals/use-signals.ts';
import { UnlockSound } from './unlock-sound.tsx';

export function BlockedNotice() {
  const { sound } = useSiren();
  if (sound !== 'blocked') return null;
  return (
    <div className="glass blocked-notice" role="status">
      <UnlockSound />
    </div>
  );
}
