// Marks the whole page while the connection is lost, and tells the user when it is back.

import { useEffect, useRef } from 'react';
import { toast } from '../../components/ui/toast.ts';
import { useText } from '../../i18n/use-text.ts';
import { useConnection } from '../../live/use-live.ts';

export function useConnectionStatus(): void {
  const { t } = useText();
  const { phase } = useConnection();
  const lost = useRef(false);
  useEffect(() => {
    // On the body, because sheets and dialogs are outside of the frame.
    document.body.classList.toggle('is-offline', phase === 'offline');
    if (phase === 'offline') lost.current = true;
    if (phase !== 'live' || !lost.current) return;
    lost.current = false;
    toast(t('live.again'), { id: 'live-again' });
  }, [phase, t]);
  useEffect(() => () => document.body.classList.remove('is-offline'), []);
}
