// Which machine a device means: the one that it is found to be, or one that gets the name as an alias when all is saved.

import { Plus } from 'lucide-react';
import { useOpenDialog } from '../../../../components/domain/dialogs.ts';
import { MachineFinder } from '../../../../components/domain/machines/machine-finder.tsx';
import type { NewAlias } from '../model/profile-draft.ts';
import { useIncomingText } from '../use-incoming-text.ts';

/** The aliases that are not saved yet. */
export interface Naming {
  aliases: readonly NewAlias[];
  onGive: (added: NewAlias) => void;
  onTakeBack: (alias: string) => void;
}

export function MachineForm({
  called,
  machine,
  naming: { aliases, onGive },
  onGiven,
}: {
  /** What the message calls it. */
  called: string;
  /** As which it is found; null for none. */
  machine: string | null;
  naming: Naming;
  /** A machine has been chosen, or is being added. */
  onGiven?: () => void;
}) {
  const { say } = useIncomingText();
  const openDialog = useOpenDialog();
  const name = aliases.find(({ alias }) => alias === called)?.machine.name ?? machine;
  if (name !== null) return <p className="caption">{say('machine.known', { name, called })}</p>;
  return (
    <fieldset className="field">
      <legend className="label">{say('machine.unknown', { called })}</legend>
      <MachineFinder
        label={say('machine.find')}
        onPick={(picked) => {
          onGive({ alias: called, machine: picked });
          onGiven?.();
        }}
      />
      <button
        type="button"
        className="button button-small justify-self-start"
        onClick={() => {
          openDialog({ name: 'add-machine', called });
          onGiven?.();
        }}
      >
        <Plus size={14} strokeWidth={1.5} aria-hidden="true" />
        {say('machine.add')}
      </button>
    </fieldset>
  );
}
