// The command palette: finds machines, screens, and the actions that the role of the user allows.

import { Command } from 'cmdk';
import { Search, X } from 'lucide-react';
import { Dialog as Radix } from 'radix-ui';
import { useEffect, useRef, useState } from 'react';
import { useMachineLookup } from '../../../components/domain/machines/use-machine-lookup.ts';
import { DialogFrame } from '../../../components/ui/dialog/dialog-frame.tsx';
import { errorText } from '../../../i18n/error-text.ts';
import { useText } from '../../../i18n/use-text.ts';
import { useOverview } from '../../../live/use-live.ts';
import { consumeTypeAhead } from './type-ahead.ts';
import '../../../styles/dialogs.css';
import { PaletteCommands } from './palette-commands.tsx';
import { PaletteMachine } from './palette-machine.tsx';
import { fits } from './search-words.ts';
import { usePaletteActions } from './use-palette-actions.ts';
import { useRecentMachines } from './use-recent-machines.ts';

const MOVES = new Set(['ArrowDown', 'ArrowUp', 'Home', 'End']);
/** Stands among the ids of machines and commands. */
const MORE = 'more';

export function PaletteDialog({ onClose }: { onClose: () => void }) {
  const { t } = useText();
  const [text, setText] = useState('');
  const [value, setValue] = useState('');
  /** Somebody has moved on in the list: what comes in later does not take that away. */
  const moved = useRef(false);
  useEffect(() => setText(consumeTypeAhead()), []);
  const typed = text.trim();
  const found = useMachineLookup(text, { textNeeded: true });
  const recent = useRecentMachines(typed === '');
  useOverview();
  const machines = typed === '' ? recent : found.machines;
  const actions = usePaletteActions(typed === '' ? null : (machines[0] ?? null), onClose);
  const shown = actions.groups.map((group) => ({
    ...group,
    commands: group.commands.filter(({ label, about }) => about || fits(label, typed)),
  }));
  const ids = [
    ...machines.map(({ machine_id: id }) => id),
    ...(typed !== '' && found.total > machines.length ? [MORE] : []),
    ...shown.flatMap(({ commands }) => commands.map(({ id }) => id)),
  ];
  const first = ids[0] ?? '';
  const chosen = moved.current && ids.includes(value) ? value : first;
  useEffect(() => {
    // The list of the palette chooses by what was on screen before; what counts is what is there now.
    if (value !== chosen) setValue(chosen);
  }, [value, chosen]);
  const empty = machines.length === 0 && shown.every(({ commands }) => commands.length === 0);
  const more = found.total - machines.length;
  return (
    <DialogFrame className="dialog glass palette" scrim="scrim-top" onClose={onClose}>
      {({ dragHandle }) => (
        <Command
          shouldFilter={false}
          loop
          label={t('palette.title')}
          value={value}
          onValueChange={setValue}
          onKeyDownCapture={({ key }) => {
            if (MOVES.has(key)) moved.current = true;
          }}
          onPointerMoveCapture={() => {
            moved.current = true;
          }}
        >
          <Radix.Title className="sr-only">{t('palette.title')}</Radix.Title>
          <div {...dragHandle}>
            <div className="grab" />
            <div className="palette-field">
              <Search size={16} strokeWidth={1.5} aria-hidden="true" />
              <Command.Input
                value={text}
                placeholder={t('palette.hint')}
                maxLength={200}
                onValueChange={(next) => {
                  moved.current = false;
                  setText(next);
                }}
              />
              <Radix.Close className="button button-quiet button-icon tablet:hidden" aria-label={t('app.close')}>
                <X size={16} strokeWidth={1.5} />
              </Radix.Close>
            </div>
          </div>
          <Command.List label={t('palette.title')}>
            {machines.length > 0 ? (
              <Command.Group heading={t(typed === '' ? 'palette.recent' : 'palette.machines')}>
                {machines.map((machine) => (
                  <PaletteMachine
                    key={machine.machine_id}
                    machine={machine}
                    text={typed}
                    onSelect={() => actions.openMachine(machine.machine_id)}
                  />
                ))}
                {typed !== '' && more > 0 ? (
                  <Command.Item value={MORE} onSelect={() => actions.listMachines(typed)}>
                    <span className="palette-gap" />
                    <span>{t('palette.more', { count: more })}</span>
                  </Command.Item>
                ) : null}
              </Command.Group>
            ) : null}
            {shown.map(({ heading, commands }) => (
              <PaletteCommands key={heading} heading={heading} commands={commands} />
            ))}
          </Command.List>
          <div role="status">
            {typed === '' || !empty ? null : (
              <p className="palette-note">{found.busy ? t('palette.searching') : t('palette.none', { text: typed })}</p>
            )}
            {typed !== '' && found.error ? (
              <p className="palette-note">{t('palette.search_failed', { reason: errorText(t, found.error) })}</p>
            ) : null}
          </div>
        </Command>
      )}
    </DialogFrame>
  );
}
