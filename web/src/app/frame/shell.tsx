// The frame around every screen: header, side panels, and tabs on a phone; none of them on a wall screen.

import { lazyRouteComponent, Outlet, useMatches, useSearch } from '@tanstack/react-router';
import { lazy, Suspense, useEffect } from 'react';
import { useMay } from '../../api/use-api.ts';
import { useActivationGuard } from '../../components/ui/activation/use-activation-guard.ts';
import { toast } from '../../components/ui/toast.ts';
import { useMedia } from '../../components/ui/use-media.ts';
import { useText } from '../../i18n/use-text.ts';
import { useConnection } from '../../live/use-live.ts';
import { DialogHost } from '../dialog-host.tsx';
import { watchForNewBuild } from '../new-build.ts';
import { Shortcuts } from '../shortcuts.tsx';
import { Header } from './header.tsx';
import { OfflineBanner } from './offline-banner.tsx';
import { PrintFoot } from './print-foot.tsx';
import { SidePanel } from './side-panel.tsx';
import { TabBar } from './tab-bar.tsx';
import { useConnectionStatus } from './use-connection-status.ts';
import { usePanels } from './use-panels.ts';

const Toaster = lazy(() => import('sonner').then((module) => ({ default: module.Toaster })));
const MachineDock = lazyRouteComponent(() => import('../../features/fleet/list/machine-dock.tsx'), 'MachineDock');
const AlertsDock = lazyRouteComponent(() => import('../../features/alerts/alerts-dock.tsx'), 'AlertsDock');
// Beside the fleet, where there is room, they are part of the first picture, and come while the session is looked up. On a
// machine its chart comes first.
if (window.location.pathname === '/' && matchMedia('(min-width: 1024px)').matches) {
  for (const dock of [MachineDock, AlertsDock]) void dock.preload?.();
}
// Components without visible content load a moment later.
const Announcer = lazy(() => import('../announcer.tsx').then((module) => ({ default: module.Announcer })));
const ScreenAnnouncer = lazy(() =>
  import('../screen-announcer.tsx').then((module) => ({ default: module.ScreenAnnouncer })),
);
const AlertSignals = lazy(() =>
  import('../../features/alerts/notify/alert-signals.ts').then((module) => ({ default: module.AlertSignals })),
);
const DamageNotice = lazy(() =>
  import('../../features/settings/damage/damage-notice.tsx').then((module) => ({ default: module.DamageNotice })),
);
const ClockNotice = lazy(() =>
  import('../../features/settings/clock/clock-notice.tsx').then((module) => ({ default: module.ClockNotice })),
);
const CertificateNotice = lazy(() =>
  import('../../features/settings/gateways/certificate-notice.tsx').then((module) => ({
    default: module.CertificateNotice,
  })),
);
const NobodyTold = lazy(() =>
  import('../../features/alerts/nobody-told.tsx').then((module) => ({ default: module.NobodyTold })),
);
const KioskFrame = lazy(() => import('./kiosk-frame.tsx').then((module) => ({ default: module.KioskFrame })));

/** Looks like everything else here, not as the library would have it. */
const TOAST = {
  unstyled: true,
  classNames: {
    toast: 'toast glass',
    description: 'caption',
    content: 'toast-content',
    actionButton: 'button button-small button-primary',
    cancelButton: 'button button-small',
    error: 'is-error',
  },
};
const MOBILE_TOAST_OFFSET = { bottom: 'var(--toast-bottom)' };
const TOAST_OFFSET = { ...MOBILE_TOAST_OFFSET, right: 24 };
/** Wide by nature: their own list, chart or form takes the room of the panels. */
const FULL_WIDTH: readonly string[] = [
  ...['/alerts', '/alerts/$alertId', '/limits/$metric', '/shift'],
  ...['/history', '/settings/{-$section}'],
];

export function Shell() {
  const kiosk = useSearch({ from: '__root__', select: (search) => search.kiosk === '1' });
  if (kiosk) {
    return (
      <Suspense>
        <KioskFrame />
      </Suspense>
    );
  }
  return (
    <DialogHost>
      <Frame />
    </DialogHost>
  );
}

function Frame() {
  const { phase, sinceMs } = useConnection();
  // Nothing more of the address: the frame does not render with every letter of a filter.
  const screen = useMatches({ select: ([, shown]): string => shown?.routeId ?? '' });
  const full = FULL_WIDTH.includes(screen);
  // A screen that is itself the list needs no panel with the same list.
  const offered = { machines: screen !== '/machines', alerts: screen !== '/alerts' };
  const room = {
    machines: useMedia('(min-width: 1024px)') && offered.machines && !full,
    alerts: useMedia('(min-width: 1440px)') && offered.alerts && !full,
  };
  const panels = usePanels(room);
  const offline = phase === 'offline';
  const mayConfirmClock = useMay('write:config');
  useConnectionStatus();
  useActivationGuard();
  useNewBuild();
  useEffect(() => {
    document.body.classList.add('signed-in');
    return () => document.body.classList.remove('signed-in');
  }, []);
  const layout = [
    'layout',
    panels.machines.shown === 'dock' ? 'with-left' : '',
    panels.alerts.shown === 'dock' ? 'with-right' : '',
  ];
  return (
    <>
      <Header panels={panels} offered={offered} />
      {offline ? <OfflineBanner sinceMs={sinceMs} /> : null}
      <Suspense>
        <NobodyTold />
      </Suspense>
      {mayConfirmClock && !offline ? (
        <Suspense>
          <ClockNotice />
          <DamageNotice />
          <CertificateNotice />
        </Suspense>
      ) : null}
      <div className={layout.join(' ')}>
        {offered.machines ? (
          <SidePanel name="machines" panel={panels.machines} room={room.machines}>
            <MachineDock onClose={panels.machines.close} />
          </SidePanel>
        ) : null}
        <main id="content" className="column" tabIndex={-1}>
          <Outlet />
        </main>
        {offered.alerts ? (
          <SidePanel name="alerts" panel={panels.alerts} room={room.alerts}>
            <AlertsDock onClose={panels.alerts.close} />
          </SidePanel>
        ) : null}
      </div>
      <PrintFoot />
      <TabBar />
      <Shortcuts panels={panels} />
      <Suspense>
        <Announcer />
        <ScreenAnnouncer />
        <AlertSignals />
        <Toaster
          position="bottom-right"
          offset={TOAST_OFFSET}
          mobileOffset={MOBILE_TOAST_OFFSET}
          toastOptions={TOAST}
        />
      </Suspense>
    </>
  );
}

function useNewBuild(): void {
  const { t } = useText();
  const { phase, outdated } = useConnection();
  // A server that was away may have come back with a new page.
  const isDue = phase === 'live' || outdated;
  // biome-ignore lint/correctness/useExhaustiveDependencies: asked again when the server says that the page is outdated
  useEffect(() => {
    if (!isDue) return;
    return watchForNewBuild(() => {
      toast(t('app.new_version'), {
        id: 'new-version',
        duration: Number.POSITIVE_INFINITY,
        action: { label: t('app.reload'), onClick: () => window.location.reload() },
      });
    });
  }, [isDue, outdated, t]);
}
