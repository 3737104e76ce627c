// Lets any screen open a dialog. The app, which knows the dialogs, shows them.

import type { Alert } from '@gonsters/contract';
import { createContext, useContext } from 'react';

/** What is open, with what it is about. */
export type OpenDialog =
  | { name: 'palette' | 'shortcuts' | 'import-machines' }
  /** `called`: what a device calls it. */
  | { name: 'add-machine'; called?: string }
  /** Of one machine, and of one of its metrics, where it was asked for there. */
  | { name: 'ingest'; machineId?: string; metric?: string }
  | ({ name: 'acknowledge' } & OfAlerts)
  | ({ name: 'shelve' } & OfAlerts);

interface OfAlerts {
  alerts: readonly Alert[];
  /** Hears of those it worked with, so that a selection keeps the others. */
  onDone?: (done: readonly Alert[]) => void;
}

interface Dialogs {
  open: (dialog: OpenDialog) => void;
  /** What is open or, while its code is loaded, about to be. */
  asked: () => OpenDialog['name'] | null;
}

const DialogContext = createContext<Dialogs | null>(null);
export const DialogProvider = DialogContext.Provider;

export function useDialogs(): Dialogs {
  const dialogs = useContext(DialogContext);
  if (dialogs === null) throw new Error('Outside of a DialogProvider');
  return dialogs;
}

export function useOpenDialog(): (dialog: OpenDialog) => void {
  return useDialogs().open;
}
