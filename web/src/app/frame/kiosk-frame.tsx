// The frame of a wall screen: Escape leaves it, and a new build of the page is loaded automatically.

import { useNavigate, useSearch } from '@tanstack/react-router';
import { useEffect } from 'react';
import { NobodyTold } from '../../features/alerts/nobody-told.tsx';
import { BlockedNotice } from '../../features/alerts/sound/unlock-sound.tsx';
import { Wallboard } from '../../features/wallboard/wallboard.tsx';
import { useConnection } from '../../live/use-live.ts';
import { reloadOnce, watchForNewBuild } from '../new-build.ts';
import { useConnectionStatus } from './use-connection-status.ts';

export function KioskFrame() {
  const { page } = useSearch({ from: '__root__' });
  const navigate = useNavigate();
  const { phase, outdated } = useConnection();
  const isDue = phase === 'live' || outdated;
  useConnectionStatus();
  // biome-ignore lint/correctness/useExhaustiveDependencies: asked again when the server says that the page is outdated
  useEffect(() => (isDue ? watchForNewBuild(reloadOnce) : undefined), [isDue, outdated]);
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
      <NobodyTold isWall />
      <BlockedNotice />
    </>
  );
}
