// The screens and their addresses. The address is the state: filters and windows stand in it as plain text.

import { createRootRoute, createRoute, createRouter, lazyRouteComponent } from '@tanstack/react-router';
import { readAlertSearch } from '../features/alerts/alert-search.ts';
import { AlertsScreen } from '../features/alerts/alerts-screen.tsx';
import { FleetScreen } from '../features/fleet/fleet-screen.tsx';
import { readMachineSearch } from '../features/fleet/machine-search.ts';
import { MachinesScreen } from '../features/fleet/machines-screen.tsx';
import { readMachineViewSearch } from '../features/machine/machine-search.ts';
import { BrokenScreen, NotFoundScreen } from './dead-ends.tsx';
import { Shell } from './shell.tsx';

const root = createRootRoute({
  component: Shell,
  notFoundComponent: NotFoundScreen,
  errorComponent: BrokenScreen,
  validateSearch: (search: Record<string, unknown>) => ({ ...readMachineSearch(search), ...readAlertSearch(search) }),
});

const fleet = createRoute({ getParentRoute: () => root, path: '/', component: FleetScreen });
const machines = createRoute({ getParentRoute: () => root, path: '/machines', component: MachinesScreen });
const machine = createRoute({
  getParentRoute: () => root,
  path: '/machines/$machineId',
  validateSearch: readMachineViewSearch,
  component: lazyRouteComponent(() => import('../features/machine/machine-screen.tsx'), 'MachineScreen'),
});
const alerts = createRoute({ getParentRoute: () => root, path: '/alerts', component: AlertsScreen });

export const router = createRouter({
  routeTree: root.addChildren([fleet, machines, machine, alerts]),
  defaultPreload: 'intent',
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

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router;
  }
}
