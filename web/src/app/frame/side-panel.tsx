// A side panel: docked beside the screen, or a sheet over it that holds the focus.

import { CatchBoundary } from '@tanstack/react-router';
import { lazy, type ReactNode, Suspense, useEffect, useRef, useState } from 'react';
import { ErrorScreen } from '../error-screens.tsx';
import { PANEL_SIDES, type Panel, type PanelName, panelButtonId } from './use-panels.ts';

const PanelSheet = lazy(async () => ({ default: (await import('./panel-sheet.tsx')).PanelSheet }));

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
  const content = (
    <CatchBoundary getResetKey={() => name} errorComponent={ErrorScreen}>
      {/* Its place is taken before its content is there. */}
      <Suspense fallback={<aside className={`dock dock-${PANEL_SIDES[name]} glass`} aria-busy="true" />}>
        {children}
      </Suspense>
    </CatchBoundary>
  );
  useDockFocus(name, panel.shown === 'dock', room);
  // Stays once it was opened, so that it can close in motion.
  const [sheetUsed, setSheetUsed] = useState(false);
  if (panel.shown === 'sheet' && !sheetUsed) setSheetUsed(true);
  if (room) return panel.shown === 'dock' ? content : null;
  if (!sheetUsed) return null;
  return (
    <Suspense>
      <PanelSheet name={name} open={panel.shown === 'sheet'} onClose={panel.close}>
        {content}
      </PanelSheet>
    </Suspense>
  );
}

/** What was pressed is gone once the dock has opened or closed: the focus goes to what took its place. */
function useDockFocus(name: PanelName, docked: boolean, room: boolean): void {
  const before = useRef({ docked, room });
  useEffect(() => {
    const { docked: wasDocked, room: hadRoom } = before.current;
    before.current = { docked, room };
    // Caused by a resize or another screen, not by a press.
    if (wasDocked === docked || !room || !hadRoom || document.activeElement !== document.body) return;
    const target = docked
      ? document.querySelector<HTMLElement>(`.dock-${PANEL_SIDES[name]}`)
      : document.getElementById(panelButtonId(name));
    if (docked && target) target.tabIndex = -1;
    target?.focus({ preventScroll: true });
  }, [name, docked, room]);
}
