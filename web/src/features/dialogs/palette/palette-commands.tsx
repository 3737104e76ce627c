// A group of commands, each with the key that does the same.

import { Command } from 'cmdk';
import { shortcutsOn } from '../../../components/domain/shortcuts.ts';
import { Keys } from '../keys.tsx';
import type { PaletteCommand } from './use-palette-actions.ts';

export function PaletteCommands({ heading, commands }: { heading: string; commands: readonly PaletteCommand[] }) {
  if (commands.length === 0) return null;
  return (
    <Command.Group heading={heading}>
      {commands.map(({ id, icon: Icon, label, lang, keys, actsOn, run }) => (
        <Command.Item key={id} value={id} onSelect={run} {...actsOn}>
          <Icon size={16} strokeWidth={1.5} aria-hidden="true" />
          <span className="ellipsis" lang={lang}>
            {label}
          </span>
          {keys && shortcutsOn() ? (
            <span className="caption">
              <Keys keys={keys} />
            </span>
          ) : null}
        </Command.Item>
      ))}
    </Command.Group>
  );
}
