// A side panel as a sheet over the screen: the focus stays inside; Escape or a touch outside closes it.

import { Dialog } from 'radix-ui';
import type { ReactNode } from 'react';
import { useText } from '../../i18n/use-text.ts';
import { PANEL_SIDES, type PanelName, panelButtonId } from './use-panels.ts';

export function PanelSheet({
  name,
  open,
  onClose,
  children,
}: {
  name: PanelName;
  open: boolean;
  onClose: () => void;
  children: ReactNode;
}) {
  const { t } = useText();
  return (
    <Dialog.Root open={open} onOpenChange={(next) => (next ? undefined : onClose())}>
      <Dialog.Portal>
        <Dialog.Overlay className="sheet-scrim" />
        <Dialog.Content
          className={`sheet sheet-${PANEL_SIDES[name]} glass`}
          aria-describedby={undefined}
          onCloseAutoFocus={(event) => {
            event.preventDefault();
            // Another screen has taken the focus where a link in the sheet led there.
            if (document.activeElement === document.body) document.getElementById(panelButtonId(name))?.focus();
          }}
        >
          <div className="grab" />
          <Dialog.Title className="sr-only">{t(`app.${name}`)}</Dialog.Title>
          {children}
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  );
}
