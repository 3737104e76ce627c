// The form of a value on a phone: a sheet from below, with a way to the next value.

import { Dialog as Radix } from 'radix-ui';
import type { ReactNode } from 'react';
import { Dialog } from '../../../../components/ui/dialog/dialog.tsx';
import { useIncomingText } from '../use-incoming-text.ts';

export function ValueSheet({
  title,
  onNext,
  onClose,
  children,
}: {
  title: string;
  /** null for the last value. */
  onNext: (() => void) | null;
  onClose: () => void;
  children: ReactNode;
}) {
  const { say } = useIncomingText();
  return (
    <Dialog
      title={title}
      onClose={onClose}
      actions={
        <>
          <button type="button" className="button" disabled={onNext === null} onClick={() => onNext?.()}>
            {say('sheet.next')}
          </button>
          <Radix.Close type="button" className="button button-primary">
            {say('sheet.done')}
          </Radix.Close>
        </>
      }
    >
      {children}
    </Dialog>
  );
}
