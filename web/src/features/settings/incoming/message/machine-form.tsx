// Which machine a device means: the one that it is found to be, or one that gets the name as an alias at once.

import type { Machine } from '@gonsters/contract';
import { useQueryClient } from '@tanstack/react-query';
import { Plus } from 'lucide-react';
import { useState } from 'react';
import { useApi } from '../../../../api/use-api.ts';
import { useOpenDialog } from '../../../../components/domain/dialogs.ts';
import { MachineFinder } from '../../../../components/domain/machines/machine-finder.tsx';
import { toast } from '../../../../components/ui/toast.ts';
import { formFaults } from '../../management-fault.ts';
import { useIncomingText } from '../use-incoming-text.ts';

export function MachineForm({
  called,
  machine,
  onGiven,
}: {
  /** What the message calls it. */
  called: string;
  /** As which it is found; null for none. */
  machine: string | null;
  /** A machine is known by the name now, or one is being added. */
  onGiven?: () => void;
}) {
  const { t, say } = useIncomingText();
  const api = useApi();
  const queries = useQueryClient();
  const openDialog = useOpenDialog();
  const [busy, setBusy] = useState(false);
  const setAliases = async (machineId: string, aliases: string[]) => {
    await api.updateMachine(machineId, { aliases });
    await queries.invalidateQueries({ queryKey: ['machines'] });
  };
  const giveAlias = async ({ machine_id: id, name, aliases }: Machine) => {
    setBusy(true);
    try {
      await setAliases(id, [...aliases, called]);
      toast.success(say('machine.aliased', { name, called }), {
        action: { label: say('machine.undo'), onClick: () => void setAliases(id, aliases) },
      });
      onGiven?.();
    } catch (error) {
      toast.error(Object.values(formFaults(t, error)).join(' '));
    } finally {
      setBusy(false);
    }
  };
  if (machine !== null) return <p className="caption">{say('machine.known', { name: machine, called })}</p>;
  return (
    <fieldset className="field" disabled={busy}>
      <legend className="label">{say('machine.unknown', { called })}</legend>
      <MachineFinder label={say('machine.find')} onPick={(picked) => void giveAlias(picked)} />
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
