// The layers of a modal dialog, and its head. Every dialog and drawer is made of them.

import { X } from 'lucide-react';
import { Dialog as Radix } from 'radix-ui';
import type { ComponentProps, ReactNode } from 'react';
import { useText } from '../../../i18n/use-text.ts';

/** Open as long as it is rendered. The focus stays inside; Escape and a press outside call `onClose`. */
export function Modal({
  scrim = '',
  described = false,
  onClose,
  ...content
}: {
  /** A second class for what lies behind it. */
  scrim?: string;
  /** Contains a `Radix.Description`. */
  described?: boolean;
  onClose: () => void;
} & ComponentProps<typeof Radix.Content>) {
  return (
    <Radix.Root open onOpenChange={(open) => (open ? undefined : onClose())}>
      <Radix.Portal>
        <Radix.Overlay className={`scrim ${scrim}`}>
          <Radix.Content {...content} {...(described ? {} : { 'aria-describedby': undefined })} />
        </Radix.Overlay>
      </Radix.Portal>
    </Radix.Root>
  );
}

/** Title and close button. */
export function DialogHead({ disabled = false, children }: { disabled?: boolean; children: ReactNode }) {
  const { t } = useText();
  return (
    <div className="dialog-head">
      {children}
      <Radix.Close className="button button-quiet button-icon" aria-label={t('app.close')} disabled={disabled}>
        <X size={16} strokeWidth={1.5} />
      </Radix.Close>
    </div>
  );
}
