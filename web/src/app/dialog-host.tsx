// Shows the dialog that somebody asked for; each is loaded when it is first opened.

import { lazy, type ReactNode, Suspense, useState } from 'react';
import { DialogProvider, type OpenDialog } from '../components/dialogs.ts';

const AcknowledgeDialog = lazy(async () => ({
  default: (await import('../features/alerts/dialogs/acknowledge-dialog.tsx')).AcknowledgeDialog,
}));
const ShelveDialog = lazy(async () => ({
  default: (await import('../features/alerts/dialogs/shelve-dialog.tsx')).ShelveDialog,
}));

export function DialogHost({ children }: { children: ReactNode }) {
  const [dialog, setDialog] = useState<OpenDialog | null>(null);
  return (
    <DialogProvider value={setDialog}>
      {children}
      <Suspense>{dialog === null ? null : <Opened dialog={dialog} onClose={() => setDialog(null)} />}</Suspense>
    </DialogProvider>
  );
}

function Opened({ dialog, onClose }: { dialog: OpenDialog; onClose: () => void }) {
  switch (dialog.name) {
    case 'acknowledge':
      return <AcknowledgeDialog alerts={dialog.alerts} onDone={dialog.onDone} onClose={onClose} />;
    case 'shelve':
      return <ShelveDialog alerts={dialog.alerts} onDone={dialog.onDone} onClose={onClose} />;
    default:
      return null;
  }
}
