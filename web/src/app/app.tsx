// Shows the sign-in screen, or the requested screen once a user is signed in.

import { QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { WifiOff } from 'lucide-react';
import { type ComponentType, lazy, Suspense, useEffect, useState } from 'react';
import { ApiProvider, useSession, useSessionState } from '../api/use-api.ts';
import { ExportProvider } from '../components/domain/export/export-provider.tsx';
import { SignalProvider } from '../components/domain/signals/use-signals.ts';
import { StateMessage } from '../components/ui/state-message.tsx';
import type { LoadedLanguage } from '../i18n/load-catalogue.ts';
import { TextProvider, useText } from '../i18n/use-text.ts';
import { LiveProvider } from '../live/use-live.ts';
import { preloadMachine, router } from './router.tsx';
import { createServices, createSignedIn, type Services } from './services.ts';

// Decoration: without it the page does as well.
const CellBackground = lazy<ComponentType>(() =>
  import('../components/ui/cell-background.tsx').then(
    (module) => ({ default: module.CellBackground }),
    () => ({ default: () => null }),
  ),
);
// Who is signed in already needs none of it.
const SignInScreen = lazy(() =>
  import('../features/sign-in/sign-in-screen.tsx').then((module) => ({ default: module.SignInScreen })),
);

/** In place of every screen while the policy requires a second factor and there is none. */
const RequiredFactorScreen = lazy(() =>
  import('../features/settings/security/required-factor-screen.tsx').then((module) => ({
    default: module.RequiredFactorScreen,
  })),
);
const SignInAddress = lazy(() =>
  import('../features/sign-in/sign-in-address.tsx').then((module) => ({ default: module.SignInAddress })),
);
/** Addresses that are no screen of a signed-in user, whoever is signed in here. */
const isSignInAddress = /^\/(reset|sign-in|signed-in)$/.test(location.pathname);

const RETRY_MS = 5_000;
/** The first screen has been painted by then. */
const PRELOAD_MS = 2_000;

export function App({ language }: { language: LoadedLanguage }) {
  const [services] = useState(createServices);
  useEffect(() => {
    void services.session.start();
    return () => services.session.stop();
  }, [services]);
  return (
    <TextProvider initial={language}>
      <ApiProvider value={services}>
        {isSignInAddress ? (
          <Suspense>
            <SignInAddress />
          </Suspense>
        ) : (
          <BySession services={services} />
        )}
      </ApiProvider>
    </TextProvider>
  );
}

function BySession({ services }: { services: Services }) {
  const state = useSessionState();
  switch (state.phase) {
    // A moment only, and the page's own background is its best picture.
    case 'starting':
      return null;
    case 'signed-out':
      return (
        <Suspense>
          <SignInScreen ended={state.ended} />
        </Suspense>
      );
    case 'unreachable':
      return <Unreachable />;
    case 'signed-in':
      if (state.user.second_factor?.required && !state.user.second_factor.enrolled)
        return (
          <Suspense>
            <RequiredFactorScreen />
          </Suspense>
        );
      return <SignedIn key={state.user.id} services={services} />;
  }
}

function SignedIn({ services }: { services: Services }) {
  const [{ queries, live }] = useState(() => createSignedIn(services));
  useEffect(() => {
    live.start();
    const preload = setTimeout(preloadMachine, PRELOAD_MS);
    return () => {
      clearTimeout(preload);
      live.stop();
      queries.clear();
    };
  }, [live, queries]);
  return (
    <QueryClientProvider client={queries}>
      <LiveProvider value={live}>
        <SignalProvider>
          <ExportProvider>
            <RouterProvider router={router} />
          </ExportProvider>
        </SignalProvider>
      </LiveProvider>
    </QueryClientProvider>
  );
}

/** There is a session, but no answer to whether it still holds. */
function Unreachable() {
  const { t, format } = useText();
  const session = useSession();
  const [sinceMs] = useState(Date.now);
  useEffect(() => {
    const retry = () => void session.retry();
    const timer = setInterval(retry, RETRY_MS);
    window.addEventListener('online', retry);
    return () => {
      clearInterval(timer);
      window.removeEventListener('online', retry);
    };
  }, [session]);
  return (
    <main className="sign">
      <title>{`${t('live.offline')} · GONSTERS`}</title>
      <Suspense>
        <CellBackground />
      </Suspense>
      <div className="dialog glass">
        <StateMessage
          alert
          icon={WifiOff}
          title={t('app.unreachable')}
          actions={
            <button type="button" className="button" onClick={() => void session.retry()}>
              {t('live.try_now')}
            </button>
          }
        >
          {t('app.unreachable.hint', { time: `${format.clock(sinceMs)} ${format.zone(sinceMs)}` })}
        </StateMessage>
      </div>
    </main>
  );
}
