// Creates the services of the page once: server clock, session, API, and the live data of the signed-in user.

import { QueryClient } from '@tanstack/react-query';
import { type Api, createApi } from '../api/api.ts';
import { ApiClient } from '../api/http/api-client.ts';
import { ApiError, createOpen, createSend } from '../api/http/send.ts';
import { ServerClock } from '../api/http/server-clock.ts';
import { Session } from '../api/http/session.ts';
import { createLive, type Live } from '../live/live.ts';
import { SERIES_CAPACITY } from '../live/readings/reading-series.ts';

export interface Services {
  session: Session;
  api: Api;
  clock: ServerClock;
}

const STALE_MS = 30_000;
/** A plant-wide change is many events: the lists are asked for once, a moment after. */
const DEBOUNCE_MS = 500;
/** What the page has just asked for is asked for once more when it has been painted: nothing was listened to in between. */
const AFTER_FIRST_MS = 3_000;

export function createServices(): Services {
  const clock = new ServerClock();
  const open = createOpen('/api/v1', (serverMs) => clock.observe(serverMs));
  const send = createSend(open);
  const session = new Session(send);
  return { session, clock, api: createApi(new ApiClient(send, open, session)) };
}

export interface SignedInServices {
  queries: QueryClient;
  live: Live;
}

/** Nothing of it outlives the session: the next person starts with nothing of the last one's. */
export function createSignedIn({ session, api, clock }: Services): SignedInServices {
  const queries = new QueryClient({
    defaultOptions: {
      queries: {
        staleTime: STALE_MS,
        networkMode: 'always',
        retry: (failures, error) =>
          failures < 2 && (!(error instanceof ApiError) || error.status === 0 || error.status >= 500),
      },
      mutations: { networkMode: 'always' },
    },
  });
  // A machine's own limits are part of what it is.
  const refresh = debounced(() => {
    void queries.invalidateQueries({ queryKey: ['machines'] });
    void queries.invalidateQueries({ queryKey: ['limits'] });
  });
  // Names, units and limits of metrics are on every screen.
  const refreshCatalogue = debounced(() => {
    void queries.invalidateQueries({ queryKey: ['metrics'] });
    void queries.invalidateQueries({ queryKey: ['machine-types'] });
    void queries.invalidateQueries({ queryKey: ['limits'] });
  });
  // Some plant-wide limits of metrics are settings.
  const refreshSettings = () => {
    refreshCatalogue();
    void queries.invalidateQueries({ queryKey: ['config'] });
  };
  let connectedBefore = false;
  const live = createLive({
    url: '',
    token: (renew) => session.token(renew),
    loadReadings: (machineId, metrics, fromMs, toMs, signal) =>
      api.readings(machineId, metrics, { fromMs, toMs }, SERIES_CAPACITY, signal),
    loadOpenAlerts: () => api.openAlerts(),
    now: clock.now,
    onMachine: ({ machine_id }) => {
      refresh();
      // Limits are part of what a machine is; only those on screen are asked for again.
      void queries.invalidateQueries({ queryKey: ['limits', machine_id] });
    },
    onStatus: debounced(() => void queries.invalidateQueries({ queryKey: ['machines', 'summary'] })),
    onConfig: refreshSettings,
    onMetrics: refreshCatalogue,
    onConnected: () => {
      setTimeout(
        () => {
          refresh();
          refreshSettings();
        },
        connectedBefore ? 0 : AFTER_FIRST_MS,
      );
      connectedBefore = true;
    },
  });
  return { queries, live };
}

function debounced(run: () => void): () => void {
  let planned = false;
  return () => {
    if (planned) return;
    planned = true;
    setTimeout(() => {
      planned = false;
      run();
    }, DEBOUNCE_MS);
  };
}
