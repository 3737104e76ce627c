// The commands of the palette: for a machine, for the role of the user, and for each screen.

import type { Alert, Machine } from '@gonsters/contract';
import { useNavigate, useParams, useSearch } from '@tanstack/react-router';
import {
  Bell,
  BellOff,
  Boxes,
  ChartLine,
  Check,
  Contrast,
  FileUp,
  Keyboard,
  Languages,
  LayoutGrid,
  List,
  LogOut,
  type LucideIcon,
  Monitor,
  PencilLine,
  Settings,
  Volume2,
  VolumeX,
} from 'lucide-react';
import { useMay, useSession } from '../../../api/use-api.ts';
import { alertText, machineText } from '../../../components/domain/alerts/alert-text.ts';
import { useAcknowledge } from '../../../components/domain/alerts/use-acknowledge.ts';
import { useAlertTexts } from '../../../components/domain/alerts/use-alert-texts.ts';
import { useOpenDialog } from '../../../components/domain/dialogs.ts';
import { keepPanelFilters } from '../../../components/domain/links.ts';
import { SHORTCUTS, type ShortcutName } from '../../../components/domain/shortcuts.ts';
import { useSignalSettings, useSiren } from '../../../components/domain/signals/use-signals.ts';
import { actsOn } from '../../../components/ui/activation/guarded-control.ts';
import { currentTheme, switchTheme } from '../../../components/ui/theme/theme.ts';
import { isShelved, isUnacknowledged } from '../../../live/live-alerts.ts';
import { useOpenAlerts } from '../../../live/use-live.ts';
import { useKnownMachine } from './use-recent-machines.ts';

export interface PaletteCommand {
  id: string;
  icon: LucideIcon;
  label: string;
  /** Of a label in the other language. */
  lang?: string;
  keys?: readonly string[];
  /** Does something to an alert at once. */
  actsOn?: ReturnType<typeof actsOn>;
  /** Belongs to the machine found, whatever is typed. */
  about?: boolean;
  run: () => void;
}

export interface PaletteActions {
  groups: readonly { heading: string; commands: readonly PaletteCommand[] }[];
  openMachine: (machineId: string) => void;
  listMachines: (search: string) => void;
}

/** `found`: the first machine that fits; without one the machine that is on screen. */
export function usePaletteActions(found: Machine | null, onClose: () => void): PaletteActions {
  const texts = useAlertTexts();
  const { t, language, setLanguage } = texts;
  const navigate = useNavigate();
  const openDialog = useOpenDialog();
  const session = useSession();
  const { alerts } = useOpenAlerts();
  const { run: acknowledge } = useAcknowledge();
  const { siren, sound } = useSiren();
  const { change: changeSignals } = useSignalSettings();
  const opened = useSearch({ strict: false, select: ({ alert }) => alert });
  const { machineId } = useParams({ strict: false });
  const onScreen = useKnownMachine(machineId ?? null);
  const machine = found ?? onScreen;
  const may = {
    acknowledge: useMay('ack:alerts'),
    shelve: useMay('shelve:alerts'),
    describe: useMay('write:machines'),
    ingest: useMay('write:sensor_data'),
  };
  const after = (run: () => void) => () => {
    onClose();
    run();
  };
  const go = (to: '/' | '/machines' | '/alerts' | '/history' | '/settings/{-$section}') =>
    after(() => void navigate({ to, search: keepPanelFilters }));
  const screen = (id: ShortcutName, icon: LucideIcon, label: string, run: () => void): PaletteCommand => ({
    id,
    icon,
    label,
    keys: keysOf(id),
    run,
  });
  const ofMachine = (about: Machine): PaletteCommand[] => {
    const { machine_id: id, name } = about;
    const open = alerts.filter((alert) => alert.machine_id === id);
    const urgent = open.filter(isUnacknowledged);
    const history = () =>
      void navigate({ to: '/machines/$machineId/history', params: { machineId: id }, search: keepPanelFilters });
    return [
      ...(urgent.length > 0 && may.acknowledge
        ? [
            {
              id: 'acknowledge',
              icon: Check,
              label: t('palette.acknowledge', { machine: name }),
              run: () => openDialog({ name: 'acknowledge', alerts: urgent }),
            },
          ]
        : []),
      ...(open.length > 0 && may.shelve
        ? [
            {
              id: 'shelve',
              icon: BellOff,
              label: t('palette.shelve', { machine: name }),
              run: () => openDialog({ name: 'shelve', alerts: open }),
            },
          ]
        : []),
      { id: 'machine-history', icon: ChartLine, label: t('palette.history', { machine: name }), run: after(history) },
    ].map((command) => ({ ...command, about: found !== null }));
  };
  const toLight = currentTheme() === 'dark';
  const other = language === 'en' ? 'id' : 'en';
  const waiting = may.acknowledge ? alertToAcknowledge(alerts, opened) : null;
  const commands: PaletteCommand[] = [
    ...(machine === null ? [] : ofMachine(machine)),
    ...(may.describe
      ? [
          {
            id: 'add',
            icon: Boxes,
            label: t('dialog.add'),
            keys: keysOf('add'),
            run: () => openDialog({ name: 'add-machine' }),
          },
          { id: 'import', icon: FileUp, label: t('dialog.import'), run: () => openDialog({ name: 'import-machines' }) },
        ]
      : []),
    ...(may.ingest
      ? [{ id: 'ingest', icon: PencilLine, label: t('dialog.ingest'), run: () => openDialog({ name: 'ingest' }) }]
      : []),
    ...(waiting === null
      ? []
      : [
          {
            id: 'acknowledge-alert',
            icon: Check,
            label: t('palette.acknowledge_alert', {
              machine: machineText(texts, waiting),
              condition: alertText(texts, waiting),
            }),
            actsOn: actsOn('acknowledge', [waiting]),
            run: after(() => void acknowledge(waiting)),
          },
        ]),
    ...(sound === 'unsupported'
      ? []
      : [
          {
            id: 'mute',
            icon: sound === 'on' ? VolumeX : Volume2,
            label: t(sound === 'on' ? 'alerts.sound.mute' : 'alerts.sound.unmute'),
            run: after(() => (sound === 'on' ? changeSignals({ muted: true }) : void siren.unlock())),
          },
        ]),
    {
      id: 'theme',
      icon: Contrast,
      label: t(toLight ? 'palette.to_light' : 'palette.to_dark'),
      keys: keysOf('theme'),
      run: after(switchTheme),
    },
    {
      id: 'language',
      icon: Languages,
      label: t('app.language.other'),
      lang: other,
      run: after(() => setLanguage(other)),
    },
    {
      id: 'help',
      icon: Keyboard,
      label: t('shortcuts.help'),
      keys: keysOf('help'),
      run: () => openDialog({ name: 'shortcuts' }),
    },
    { id: 'sign-out', icon: LogOut, label: t('app.sign_out'), run: after(() => void session.signOut()) },
  ];
  const screens: PaletteCommand[] = [
    screen('fleet', LayoutGrid, t('app.fleet'), go('/')),
    screen('machines', List, t('app.machines'), go('/machines')),
    screen('alerts', Bell, t('app.alerts'), go('/alerts')),
    screen('history', ChartLine, t('app.history'), go('/history')),
    screen('settings', Settings, t('app.settings'), go('/settings/{-$section}')),
    {
      id: 'wallboard',
      icon: Monitor,
      label: t('palette.wallboard'),
      run: after(
        () => void navigate({ to: '/', search: (search) => ({ ...keepPanelFilters(search), kiosk: '1' as const }) }),
      ),
    },
  ];
  return {
    groups: [
      { heading: t('palette.commands'), commands },
      { heading: t('palette.screens'), commands: screens },
    ],
    openMachine: (id) =>
      after(() => void navigate({ to: '/machines/$machineId', params: { machineId: id }, search: keepPanelFilters }))(),
    listMachines: (q) =>
      after(() => void navigate({ to: '/machines', search: (search) => ({ ...keepPanelFilters(search), q }) }))(),
  };
}

/** The alert that is open, else the newest unacknowledged one. */
function alertToAcknowledge(alerts: readonly Alert[], openedId: string | undefined): Alert | null {
  const waiting = alerts.filter((alert) => isUnacknowledged(alert) && !isShelved(alert));
  const newest = waiting.toSorted((a, b) => b.raised_at.localeCompare(a.raised_at))[0];
  return waiting.find(({ id }) => id === openedId) ?? newest ?? null;
}

const keysOf = (name: ShortcutName): readonly string[] =>
  SHORTCUTS.find((shortcut) => shortcut.name === name)?.keys ?? [];
