// The screens and their addresses. Filters, time windows and selections are part of the address, as plain text.

import { createRootRoute, createRoute, createRouter, lazyRouteComponent, redirect } from '@tanstack/react-router';
import { readAlertSearch, readAlertsPageSearch } from '../features/alerts/filter/alert-search.ts';
import { readMachineSearch } from '../features/fleet/filter/machine-search.ts';
import { FleetScreen } from '../features/fleet/fleet-screen.tsx';
import { readHistorySearch } from '../features/history/history-search.ts';
import { readLimitsSearch } from '../features/limits/limits-search.ts';
import { readMachineViewSearch } from '../features/machine/machine-search.ts';
import { readSettingsSearch } from '../features/settings/settings-search.ts';
import { afterPaint } from './after-paint.ts';
import { ErrorScreen, NotFoundScreen } from './error-screens.tsx';
import { readKiosk } from './frame/kiosk.ts';
import { Shell } from './frame/shell.tsx';

const root = createRootRoute({
  component: Shell,
  notFoundComponent: NotFoundScreen,
  validateSearch: (search: Record<string, unknown>) => ({
    ...readMachineSearch(search),
    ...readAlertSearch(search),
    ...readKiosk(search),
  }),
});

const MachineScreen = lazyRouteComponent(() => import('../features/machine/machine-screen.tsx'), 'MachineScreen');
const MachineLive = lazyRouteComponent(() => import('../features/machine/machine-live.tsx'), 'MachineLive');

const readMoment = ({ at }: Readonly<Record<string, unknown>>): { at?: string } =>
  typeof at === 'string' ? { at } : {};

/**
 * Of every screen: what was pressed shows that it is chosen before one screen is taken down and another is made, which
 * takes several frames on a slow device. The first screen of a visit has nothing to wait for, nor has a filter.
 */
const screen = {
  beforeLoad: ({
    location,
    preload,
  }: {
    location: { pathname: string };
    preload: boolean;
  }): Promise<void> | undefined => {
    const from = router.state.resolvedLocation?.pathname;
    return preload || from === undefined || from === location.pathname ? undefined : afterPaint();
  },
};

const fleet = createRoute({ ...screen, getParentRoute: () => root, path: '/', component: FleetScreen });
const machines = createRoute({
  ...screen,
  getParentRoute: () => root,
  path: '/machines',
  component: lazyRouteComponent(() => import('../features/fleet/machines-screen.tsx'), 'MachinesScreen'),
});
const machine = createRoute({
  ...screen,
  getParentRoute: () => root,
  path: '/machines/$machineId',
  component: MachineScreen,
});
// The tabs of a machine: each from the feature that knows the matter, put together here.
const machineLive = createRoute({
  getParentRoute: () => machine,
  path: '/',
  validateSearch: readMachineViewSearch,
  component: MachineLive,
});
const machineHistory = createRoute({
  getParentRoute: () => machine,
  path: '/history',
  validateSearch: readHistorySearch,
  component: lazyRouteComponent(() => import('../features/history/machine-history.tsx'), 'MachineHistory'),
});
const machineAlerts = createRoute({
  getParentRoute: () => machine,
  path: '/alerts',
  component: lazyRouteComponent(() => import('../features/alerts/machine-alerts.tsx'), 'MachineAlerts'),
});
const machineInfo = createRoute({
  getParentRoute: () => machine,
  path: '/info',
  component: lazyRouteComponent(() => import('../features/machine/machine-info.tsx'), 'MachineInfo'),
});
const alerts = createRoute({
  ...screen,
  getParentRoute: () => root,
  path: '/alerts',
  validateSearch: readAlertsPageSearch,
  beforeLoad: (context) => {
    // Links in messages name the alert so.
    const { alert } = context.search;
    if (alert !== undefined) throw redirect({ to: '/alerts/$alertId', params: { alertId: alert } });
    return screen.beforeLoad(context);
  },
  component: lazyRouteComponent(() => import('../features/alerts/alerts-screen.tsx'), 'AlertsScreen'),
});
const alertStory = createRoute({
  ...screen,
  getParentRoute: () => root,
  path: '/alerts/$alertId',
  component: lazyRouteComponent(() => import('../features/alerts/story/alert-story-screen.tsx'), 'AlertStoryScreen'),
});
const limits = createRoute({
  ...screen,
  getParentRoute: () => root,
  path: '/limits/$metric',
  validateSearch: readLimitsSearch,
  component: lazyRouteComponent(() => import('../features/limits/limits-screen.tsx'), 'LimitsScreen'),
});
const shift = createRoute({
  ...screen,
  getParentRoute: () => root,
  path: '/shift',
  validateSearch: readMoment,
  component: lazyRouteComponent(() => import('../features/shift/shift-screen.tsx'), 'ShiftScreen'),
});
const history = createRoute({
  ...screen,
  getParentRoute: () => root,
  path: '/history',
  validateSearch: readHistorySearch,
  component: lazyRouteComponent(() => import('../features/history/history-screen.tsx'), 'HistoryScreen'),
});
const settings = createRoute({
  ...screen,
  getParentRoute: () => root,
  path: '/settings/{-$section}',
  validateSearch: readSettingsSearch,
  component: lazyRouteComponent(() => import('../features/settings/settings-screen.tsx'), 'SettingsScreen'),
});

export const router = createRouter({
  routeTree: root.addChildren([
    fleet,
    machines,
    machine.addChildren([machineLive, machineHistory, machineAlerts, machineInfo]),
    alerts,
    alertStory,
    limits,
    shift,
    history,
    settings,
  ]),
  defaultPreload: 'intent',
  // Each screen for itself: the header and the panels stay.
  defaultErrorComponent: ErrorScreen,
  scrollRestoration: true,
  // Every value is text, also one that looks like a number: machine "014" is not 14.
  parseSearch: (search) => Object.fromEntries(new URLSearchParams(search)),
  stringifySearch: (search) => {
    const text = new URLSearchParams(
      Object.entries(search).flatMap(([name, value]): [string, string][] =>
        typeof value === 'string' ? [[name, value]] : [],
      ),
    ).toString();
    return text === '' ? '' : `?${text}`;
  },
});

/** The screen one is most likely to open next: with its code at hand, selecting a machine only has to draw it. */
export function preloadMachine(): void {
  for (const screen of [MachineScreen, MachineLive]) void screen.preload?.();
}

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router;
  }
}
