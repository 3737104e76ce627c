// Listens to the keyboard shortcuts of the whole page. Keys in a field, a menu or a dialog are not affected.

import { useNavigate, useParams } from '@tanstack/react-router';
import { useEffect, useEffectEvent, useRef } from 'react';
import { useSession } from '../api/use-api.ts';
import { useDialogs } from '../components/domain/dialogs.ts';
import { keepPanelFilters } from '../components/domain/links.ts';
import { recentMachines } from '../components/domain/machines/recent-machines.ts';
import { findShortcut, keyOf, type Shortcut, type ShortcutName, shortcutsOn } from '../components/domain/shortcuts.ts';
import { switchTheme } from '../components/ui/theme/theme.ts';
import { addTypeAhead, consumeTypeAhead } from '../features/dialogs/palette/type-ahead.ts';
import type { Panel, PanelName } from './frame/use-panels.ts';

/** Two keys that belong together follow one another within this. */
const SEQUENCE_MS = 1_500;
/** The metrics of the machine on screen, else the machines. */
const METRIC_SEARCH = '.metric-list input[type="search"]';
const MACHINE_SEARCH = '.dock-left input[type="search"], main .dock-tools input[type="search"]';

/** Rendered inside of the dialog host. */
export function Shortcuts({ panels }: { panels: Record<PanelName, Panel> }) {
  const navigate = useNavigate();
  const { open: openDialog, asked } = useDialogs();
  const session = useSession();
  const { machineId } = useParams({ strict: false });
  const pressed = useRef<{ key: string; atMs: number }[]>([]);
  const go = (to: '/' | '/machines' | '/alerts' | '/history' | '/settings/{-$section}') =>
    void navigate({ to, search: keepPanelFilters });
  const actions: Record<ShortcutName, () => void> = {
    fleet: () => go('/'),
    machines: () => go('/machines'),
    alerts: () => go('/alerts'),
    history: () => go('/history'),
    settings: () => go('/settings/{-$section}'),
    search: () => {
      const fields = [METRIC_SEARCH, MACHINE_SEARCH].flatMap((each) => [
        ...document.querySelectorAll<HTMLInputElement>(each),
      ]);
      const visible = fields.find((field) => field.checkVisibility());
      if (visible) visible.select();
      else openDialog({ name: 'palette' });
    },
    add: () => openDialog({ name: 'add-machine' }),
    left: () => toggle(panels.machines),
    right: () => toggle(panels.alerts),
    theme: switchTheme,
    help: () => openDialog({ name: 'shortcuts' }),
  };
  const onKey = useEffectEvent((event: KeyboardEvent) => {
    if (event.defaultPrevented || event.isComposing || event.repeat) return;
    if (isPaletteKey(event)) {
      event.preventDefault();
      if (isBusy() || asked() !== null) return;
      consumeTypeAhead();
      openDialog({ name: 'palette' });
      return;
    }
    // The dialog is still loading: what is typed now is meant for it, not for the page.
    if (asked() !== null && !isBusy()) {
      if (asked() === 'palette' && addTypeAhead(event)) event.preventDefault();
      return;
    }
    if (!isAlone(event) || isBusy() || isTypedInto(event.target) || !shortcutsOn()) return;
    const nowMs = event.timeStamp;
    pressed.current = [
      ...pressed.current.filter(({ atMs }) => nowMs - atMs < SEQUENCE_MS).slice(-1),
      { key: keyOf(event), atMs: nowMs },
    ];
    const shortcut: Shortcut | null = findShortcut(pressed.current.map(({ key }) => key));
    if (shortcut === null) return;
    pressed.current = [];
    const { state } = session;
    const may = state.phase === 'signed-in' ? state.user.permissions : [];
    if ('permission' in shortcut && !may.includes(shortcut.permission)) return;
    event.preventDefault();
    actions[shortcut.name]();
  });
  useEffect(() => {
    const listen = (event: KeyboardEvent) => onKey(event);
    document.addEventListener('keydown', listen);
    return () => document.removeEventListener('keydown', listen);
  }, []);
  useEffect(() => {
    if (machineId !== undefined) recentMachines.remember(machineId);
  }, [machineId]);
  return null;
}

const toggle = (panel: Panel) => (panel.shown === null ? panel.open() : panel.close());

const isPaletteKey = (event: KeyboardEvent) =>
  (event.ctrlKey || event.metaKey) && !event.altKey && !event.shiftKey && event.key.toLowerCase() === 'k';

/** AltGr is how some layouts write a bracket. */
const isAlone = (event: KeyboardEvent) =>
  event.getModifierState('AltGraph') || !(event.ctrlKey || event.metaKey || event.altKey);

const isBusy = () => document.querySelector('[role="dialog"], [role="alertdialog"], [role="menu"]') !== null;

const isTypedInto = (target: EventTarget | null) =>
  target instanceof HTMLElement && (target.isContentEditable || target.matches('input, select, textarea'));
