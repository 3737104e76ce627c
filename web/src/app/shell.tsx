// The frame around every screen: header, panels at the sides, tabs on the phone.

import { Outlet, useMatchRoute } from '@tanstack/react-router';
import { useEffect } from 'react';
import { Toaster } from 'sonner';
import { AlertsDock } from '../features/alerts/alerts-dock.tsx';
import { MachineDock } from '../features/fleet/machine-dock.tsx';
import { useConnection } from '../live/use-live.ts';
import { Announcer } from './announcer.tsx';
import { DialogHost } from './dialog-host.tsx';
import { Header } from './header.tsx';
import { OfflineBanner } from './offline-banner.tsx';
import { Shortcuts } from './shortcuts.tsx';
import { TabBar } from './tab-bar.tsx';
import { useMedia } from './use-media.ts';
import { usePanels } from './use-panels.ts';

const FULL_WIDTH = ['/alerts', '/history', '/settings/{-$section}'] as const;

export function Shell() {
  const [panels, toggle] = usePanels();
  const { phase, sinceMs } = useConnection();
  const matches = useMatchRoute();
  // Wide by nature: its own list, chart or form takes the room of the panels.
  const full = FULL_WIDTH.some((to) => matches({ to, fuzzy: true }) !== false);
  // A screen that is itself the list needs no panel with the same list.
  const left = useMedia('(min-width: 1024px)') && panels.machines && !matches({ to: '/machines' }) && !full;
  const right = useMedia('(min-width: 1440px)') && panels.alerts && !full;
  const offline = phase === 'offline';
  useEffect(() => {
    document.body.classList.add('signed-in');
    return () => document.body.classList.remove('signed-in');
  }, []);
  const layout = ['layout', left ? 'with-left' : '', right ? 'with-right' : ''];
  return (
    <DialogHost>
      <div className={offline ? 'is-offline has-banner' : ''}>
        <Header panels={panels} onToggle={toggle} />
        {offline ? <OfflineBanner sinceMs={sinceMs} /> : null}
        <div className={layout.join(' ')}>
          {left ? <MachineDock /> : null}
          <main id="content" className="col" tabIndex={-1}>
            <Outlet />
          </main>
          {right ? <AlertsDock /> : null}
        </div>
        <TabBar />
        <Announcer />
        <Shortcuts onTogglePanel={toggle} />
        <Toaster position="bottom-right" offset={24} mobileOffset={{ bottom: 92 }} />
      </div>
    </DialogHost>
  );
}
