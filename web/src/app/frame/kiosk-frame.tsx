// The frame of a wall screen: Escape leaves it, and a new build of the page is loaded automatically.

import { useNavigate, useSearch } from '@tanstack/react-router';
import { useEffect } from 'react';
import { BlockedNotice } from '../../features/alerts/sound/unlock-sound.tsx';
import { Wallboard } from '../../features/wallboard/wallboard.tsx';
import { useConnection } from '../../live/use-live.ts';
import { reloadOnce, watchForNewBuild } from '../new-build.ts';
import { useConnectionStatus } from './use-connection-status.ts';

export function KioskFrame() {
  const { page } = useSearch({ from: '__root__' });
  const navigate = useNavigate();
  const { phase } = useConnection();
  const connected = phase === 'live';
  useConnectionStatus();
  useEffect(() => (connected ? watchForNewBuild(reloadOnce) : undefined), [connected]);
  useEffect(() => {
    const leave = (event: KeyboardEvent) => {
      if (event.key === 'Escape') void navigate({ to: '/' });
    };
    document.addEventListener('keydown', leave);
    return () => document.removeEventListener('keydown', leave);
  }, [navigate]);
  return (
    <>
      <Wallboard page={page ?? null} />
      <BlockedNotice />
    </>
  );
}
