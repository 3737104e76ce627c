// A dialog that is a form with two buttons: cancel, and submit.

import type { ComponentProps, ReactNode } from 'react';
import { Dialog, DialogCancel } from './dialog.tsx';

export function FormDialog({
  submitLabel,
  canSubmit = true,
  dangerous = false,
  otherAction,
  busy = false,
  children,
  ...dialog
}: {
  submitLabel: string;
  canSubmit?: boolean;
  /** Submitting deletes something. */
  dangerous?: boolean;
  /** A button before the two. */
  otherAction?: ReactNode;
  onSubmit: () => unknown;
} & Omit<ComponentProps<typeof Dialog>, 'actions' | 'onSubmit'>) {
  return (
    <Dialog
      {...dialog}
      busy={busy}
      actions={
        <>
          {otherAction}
          <DialogCancel disabled={busy} />
          <button
            type="submit"
            className={`button ${dangerous ? 'button-danger' : 'button-primary'}`}
            disabled={busy || !canSubmit}
          >
            {submitLabel}
          </button>
        </>
      }
    >
      {children}
    </Dialog>
  );
}
