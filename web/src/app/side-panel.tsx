// A side panel in either of its shapes: a dock beside the screen, or a sheet over it that keeps the focus.

import { CatchBoundary } from '@tanstack/react-router';
import { Dialog } from 'radix-ui';
import { type ReactNode, useEffect, useRef } from 'react';
import { useText } from '../i18n/use-text.ts';
import { BrokenScreen } from './dead-ends.tsx';
import type { Panel, PanelName } from './use-panels.ts';

const SIDES: Record<PanelName, 'left' | 'right'> = { machines: 'left', alerts: 'right' };

/** The header's button that opens a panel; it is there only while the panel is closed. */
export const panelButtonId = (name: PanelName) => `open-${name}`;

export function SidePanel({
  name,
  panel,
  room,
  children,
}: {
  name: PanelName;
  panel: Panel;
  room: boolean;
  children: ReactNode;
}) {
  const { t } = useText();
  const content = (
    <CatchBoundary getResetKey={() => name} errorComponent={BrokenScreen}>
      {children}
    </CatchBoundary>
  );
  useDockFocus(name, panel.shown === 'dock', room);
  if (room) return panel.shown === 'dock' ? content : null;
  return (
    <Dialog.Root open={panel.shown === 'sheet'} onOpenChange={(open) => (open ? undefined : panel.close())}>
      <Dialog.Portal>
        <Dialog.Overlay className="sheet-scrim" />
        <Dialog.Content
          className={`sheet sheet-${SIDES[name]} glass`}
          aria-describedby={undefined}
          onCloseAutoFocus={(event) => {
            event.preventDefault();
            // Another screen has taken the focus where a link in the sheet led there.
            if (document.activeElement === document.body) document.getElementById(panelButtonId(name))?.focus();
          }}
        >
          <div className="grab" />
          <Dialog.Title className="sr-only">{t(`app.${name}`)}</Dialog.Title>
          {content}
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  );
}

/** What was pressed is gone once the dock has opened or closed: the focus goes to what took its place. */
function useDockFocus(name: PanelName, docked: boolean, room: boolean): void {
  const before = useRef({ docked, room });
  useEffect(() => {
    const { docked: wasDocked, room: hadRoom } = before.current;
    before.current = { docked, room };
    // By a resize, or by another screen: nobody pressed anything.
    if (wasDocked === docked || !room || !hadRoom || document.activeElement !== document.body) return;
    const target = docked
      ? document.querySelector<HTMLElement>(`.dock-${SIDES[name]}`)
      : document.getElementById(panelButtonId(name));
    if (docked && target) target.tabIndex = -1;
    target?.focus({ preventScroll: true });
  }, [name, docked, room]);
}
