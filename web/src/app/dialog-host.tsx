// Shows the dialog that was opened, one at a time. The code of each is loaded when it is first opened.

import {
  type ComponentType,
  lazy,
  type ReactNode,
  Suspense,
  startTransition,
  useCallback,
  useEffect,
  useMemo,
  useRef,
  useState,
} from 'react';
import { DialogProvider, type OpenDialog } from '../components/domain/dialogs.ts';

interface DialogProps<Name extends OpenDialog['name']> {
  dialog: Extract<OpenDialog, { name: Name }>;
  onClose: () => void;
}

/** Where each one is. */
const DIALOGS: { readonly [Name in OpenDialog['name']]: ComponentType<DialogProps<Name>> } = {
  palette: lazy(async () => ({
    default: (await import('../features/dialogs/palette/palette-dialog.tsx')).PaletteDialog,
  })),
  shortcuts: lazy(async () => ({
    default: (await import('../features/dialogs/shortcuts-dialog.tsx')).ShortcutsDialog,
  })),
  'add-machine': lazy(async () => ({
    default: (await import('../features/dialogs/add-machine/add-machine-dialog.tsx')).AddMachineDialog,
  })),
  'import-machines': lazy(async () => ({
    default: (await import('../features/dialogs/import-machines/import-dialog.tsx')).ImportDialog,
  })),
  ingest: lazy(async () => ({ default: (await import('../features/dialogs/ingest/ingest-dialog.tsx')).IngestDialog })),
  acknowledge: lazy(async () => ({
    default: (await import('../features/alerts/dialogs/acknowledge-dialog.tsx')).AcknowledgeDialog,
  })),
  shelve: lazy(async () => ({ default: (await import('../features/alerts/dialogs/shelve-dialog.tsx')).ShelveDialog })),
};

export function DialogHost({ children }: { children: ReactNode }) {
  const [dialog, setDialog] = useState<OpenDialog | null>(null);
  const opener = useRef<HTMLElement | null>(null);
  const asked = useRef<OpenDialog['name'] | null>(null);
  const open = useCallback((next: OpenDialog) => {
    asked.current = next.name;
    const focused = document.activeElement;
    const fromDialog = focused !== null && focused.closest('[role="dialog"]') !== null;
    if (fromDialog) {
      // The one before is gone at once: a key pressed too late would be meant for it.
      setDialog(next);
      return;
    }
    // One that is opened from another gives the focus back to where the first was opened.
    if (focused instanceof HTMLElement) opener.current = focused;
    // There as soon as it is loaded: what waits in a fallback is held back for a while, so that nothing flickers.
    startTransition(() => setDialog(next));
  }, []);
  const close = useCallback(() => {
    asked.current = null;
    setDialog(null);
  }, []);
  const dialogs = useMemo(() => ({ open, asked: () => asked.current }), [open]);
  useEffect(() => {
    if (dialog !== null) return;
    const back = opener.current;
    opener.current = null;
    if (back === null) return;
    // After what the dialog itself does with the focus when it goes, which is of no use where it was opened by another.
    const timer = setTimeout(() => (back.isConnected ? back : document.getElementById('content'))?.focus());
    return () => clearTimeout(timer);
  }, [dialog]);
  const Opened = dialog === null ? null : (DIALOGS[dialog.name] as ComponentType<DialogProps<OpenDialog['name']>>);
  return (
    <DialogProvider value={dialogs}>
      {children}
      <Suspense>{dialog !== null && Opened ? <Opened dialog={dialog} onClose={close} /> : null}</Suspense>
    </DialogProvider>
  );
}
