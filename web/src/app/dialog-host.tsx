// Shows the dialog that somebody asked for; each is loaded when it is first opened.

import { type ReactNode, Suspense, useState } from 'react';
import { DialogProvider, type OpenDialog } from '../components/dialogs.ts';

export function DialogHost({ children }: { children: ReactNode }) {
  const [dialog, setDialog] = useState<OpenDialog | null>(null);
  return (
    <DialogProvider value={setDialog}>
      {children}
      <Suspense>{dialog === null ? null : <Opened dialog={dialog} onClose={() => setDialog(null)} />}</Suspense>
    </DialogProvider>
  );
}

function Opened({ dialog }: { dialog: OpenDialog; onClose: () => void }) {
  switch (dialog.name) {
    default:
      return null;
  }
}
