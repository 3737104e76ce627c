// Opens the dialogs that any screen may ask for; the app, which knows where they are, shows them.

import type { Alert } from '@gonsters/contract';
import { createContext, useContext } from 'react';

/** What is open, with what it is about. */
export type OpenDialog =
  | { name: 'palette' | 'shortcuts' | 'add-machine' | 'import-machines' }
  /** Of one machine where it was asked for on its page. */
  | { name: 'ingest'; machineId?: string }
  /** `onDone` hears of those it worked with, so that a selection keeps the others. */
  | { name: 'acknowledge' | 'shelve'; alerts: readonly Alert[]; onDone?: (done: readonly Alert[]) => void };

const DialogContext = createContext<((dialog: OpenDialog) => void) | null>(null);
export const DialogProvider = DialogContext.Provider;

export function useOpenDialog(): (dialog: OpenDialog) => void {
  const open = useContext(DialogContext);
  if (open === null) throw new Error('Outside of a DialogProvider');
  return open;
}
