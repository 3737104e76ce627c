// The two side panels. Where there is room, a panel is a dock that is remembered; elsewhere it is a sheet over the screen
// that the next screen closes. A resize changes the one into the other and closes nothing that somebody opened.

import { useRouter } from '@tanstack/react-router';
import { useEffect, useState } from 'react';

const DOCK_KEY = 'gonsters.panels';
const SHEET_KEY = 'gonsters.sheets';

export const PANELS = ['machines', 'alerts'] as const;
export type PanelName = (typeof PANELS)[number];
export const PANEL_SIDES: Record<PanelName, 'left' | 'right'> = { machines: 'left', alerts: 'right' };

/** The header's button that opens a panel; it is there only while the panel is closed. */
export const panelButtonId = (name: PanelName) => `open-${name}`;

export interface Panel {
  shown: 'dock' | 'sheet' | null;
  open: () => void;
  close: () => void;
}

/** `docks`: wanted where there is room. `sheets`: opened by hand since the screen was entered. */
interface Wanted {
  docks: Record<PanelName, boolean>;
  sheets: Record<PanelName, boolean>;
}

export function usePanels(room: Record<PanelName, boolean>): Record<PanelName, Panel> {
  const router = useRouter();
  const [wanted, setWanted] = useState(remembered);
  useEffect(() => {
    localStorage.setItem(DOCK_KEY, JSON.stringify(wanted.docks));
    sessionStorage.setItem(SHEET_KEY, JSON.stringify(wanted.sheets));
  }, [wanted]);
  useEffect(
    () =>
      router.subscribe('onBeforeNavigate', ({ fromLocation, pathChanged }) => {
        if (fromLocation && pathChanged) setWanted(withoutSheets);
      }),
    [router],
  );
  const set = (name: PanelName, sheet: boolean, dock?: boolean) =>
    setWanted(({ docks, sheets }) => ({
      docks: dock === undefined ? docks : { ...docks, [name]: dock },
      sheets: { ...sheets, [name]: sheet },
    }));
  const panel = (name: PanelName): Panel => {
    const docked = wanted.docks[name] || wanted.sheets[name];
    return {
      shown: room[name] ? (docked ? 'dock' : null) : wanted.sheets[name] ? 'sheet' : null,
      open: () => (room[name] ? set(name, true, true) : set(name, true)),
      close: () => (room[name] ? set(name, false, false) : set(name, false)),
    };
  };
  return { machines: panel('machines'), alerts: panel('alerts') };
}

const withoutSheets = (before: Wanted): Wanted =>
  before.sheets.machines || before.sheets.alerts ? { ...before, sheets: { machines: false, alerts: false } } : before;

function remembered(): Wanted {
  return { docks: stored(localStorage, DOCK_KEY, true), sheets: stored(sessionStorage, SHEET_KEY, false) };
}

function stored(storage: Storage, key: string, otherwise: boolean): Record<PanelName, boolean> {
  try {
    const value: unknown = JSON.parse(storage.getItem(key) ?? '{}');
    const panels = value !== null && typeof value === 'object' ? value : {};
    return {
      machines: 'machines' in panels ? panels.machines === true : otherwise,
      alerts: 'alerts' in panels ? panels.alerts === true : otherwise,
    };
  } catch {
    return { machines: otherwise, alerts: otherwise };
  }
}
