// A dialog: the focus stays inside; Escape, the close button and the back button close it. On a phone it is a bottom sheet.

import { Dialog as Radix } from 'radix-ui';
import type { FormEvent, ReactNode } from 'react';
import { useText } from '../../../i18n/use-text.ts';
import { DialogFrame } from './dialog-frame.tsx';
import { DialogHead } from './modal.tsx';
import { useEdited } from './use-edited.ts';

/**
 * Open as long as it is rendered. `onSubmit` makes it a form whose submit button belongs into `actions`; beside it a
 * `DialogCancel`. While `busy` it does not close, so that the result is seen; with `unsaved` it asks first.
 */
export function Dialog({
  title,
  lead,
  actions,
  wide = false,
  busy = false,
  unsaved,
  onSubmit,
  onClose,
  children,
}: {
  title: string;
  /** One sentence under the title, read out with it. */
  lead?: ReactNode;
  actions?: ReactNode;
  wide?: boolean;
  busy?: boolean;
  /** There is more in it than one would like to type again. Without it, a form decides by what was entered in its fields. */
  unsaved?: boolean;
  onSubmit?: () => unknown;
  onClose: () => void;
  children: ReactNode;
}) {
  const { edited, watch } = useEdited();
  const content = (
    <>
      <div className="dialog-body">{children}</div>
      {actions ? <div className="dialog-foot">{actions}</div> : null}
    </>
  );
  const submit = (event: FormEvent) => {
    event.preventDefault();
    // Portals of a nested dialog bubble through React, not through the page.
    event.stopPropagation();
    if (!busy) void onSubmit?.();
  };
  return (
    <DialogFrame
      className={`dialog glass ${wide ? 'dialog-wide' : ''}`}
      described={lead !== undefined}
      busy={busy}
      unsaved={unsaved ?? edited}
      onClose={onClose}
    >
      {({ dragHandle }) => (
        <>
          <div {...dragHandle}>
            <div className="grab" />
            <DialogHead disabled={busy}>
              <div className="min-w-0 flex-1">
                <Radix.Title>{title}</Radix.Title>
                {lead === undefined ? null : <Radix.Description className="caption">{lead}</Radix.Description>}
              </div>
            </DialogHead>
          </div>
          {onSubmit ? (
            <form noValidate onSubmit={submit} {...watch}>
              {content}
            </form>
          ) : (
            content
          )}
        </>
      )}
    </DialogFrame>
  );
}

export function DialogCancel({ children, disabled = false }: { children?: ReactNode; disabled?: boolean }) {
  const { t } = useText();
  return (
    <Radix.Close type="button" className="button button-quiet" disabled={disabled}>
      {children ?? t('app.cancel')}
    </Radix.Close>
  );
}
