// The siren and its settings for components: one instance per page while a user is signed in.

import {
  createContext,
  createElement,
  type ReactNode,
  useContext,
  useEffect,
  useState,
  useSyncExternalStore,
} from 'react';
import { useLive } from '../../../live/use-live.ts';
import { SignalSettings, type Signals } from './signal-settings.ts';
import { Siren, type SoundState } from './siren.ts';

interface SignalParts {
  settings: SignalSettings;
  siren: Siren;
}

const SignalContext = createContext<SignalParts | null>(null);

/** Inside of the LiveProvider. */
export function SignalProvider({ children }: { children: ReactNode }) {
  const { alerts } = useLive();
  const [parts] = useState(() => {
    const settings = new SignalSettings();
    return { settings, siren: new Siren(alerts, settings) };
  });
  useEffect(() => {
    parts.settings.start();
    parts.siren.start();
    return () => {
      parts.siren.stop();
      parts.settings.stop();
    };
  }, [parts]);
  return createElement(SignalContext.Provider, { value: parts }, children);
}

function useParts(): SignalParts {
  const parts = useContext(SignalContext);
  if (parts === null) throw new Error('Outside of a SignalProvider');
  return parts;
}

export function useSignalSettings(): { signals: Signals; change: (change: Partial<Signals>) => void } {
  const { settings } = useParts();
  const signals = useSyncExternalStore(settings.signal.subscribe, () => settings.current);
  return { signals, change: (change) => settings.change(change) };
}

export function useSiren(): { siren: Siren; sound: SoundState } {
  const { siren } = useParts();
  return { siren, sound: useSyncExternalStore(siren.signal.subscribe, () => siren.state) };
}
