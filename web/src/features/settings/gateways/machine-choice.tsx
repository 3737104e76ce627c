// Selects several machines, found by name on the server.

import { useQueries } from '@tanstack/react-query';
import { X } from 'lucide-react';
import { useApi } from '../../../api/use-api.ts';
import { MachineFinder } from '../../../components/domain/machines/machine-finder.tsx';
import { FaultText } from '../../../components/ui/form/field.tsx';
import { useText } from '../../../i18n/use-text.ts';

/** At most this many names are shown; the rest is counted. */
const NAMED = 30;

export function MachineChoice({
  chosen,
  fault,
  onChoose,
}: {
  chosen: readonly string[];
  fault: string | undefined;
  onChoose: (machineIds: readonly string[]) => void;
}) {
  const { t } = useText();
  const api = useApi();
  const named = useQueries({
    queries: chosen
      .slice(0, NAMED)
      .map((id) => ({ queryKey: ['machines', 'name', id], queryFn: () => api.machine(id) })),
  });
  return (
    <fieldset className="field">
      <legend className="label">{t('gateways.machines')}</legend>
      {chosen.length === 0 ? null : (
        <ul className="chips">
          {chosen.slice(0, NAMED).map((id, place) => {
            const name = named[place]?.data?.name ?? id.slice(0, 8);
            return (
              <li key={id} className="chip">
                <span className="ellipsis id">{name}</span>
                <button
                  type="button"
                  className="chip-x"
                  aria-label={t('gateways.machine.remove', { name })}
                  onClick={() => onChoose(chosen.filter((other) => other !== id))}
                >
                  <X size={12} strokeWidth={1.5} />
                </button>
              </li>
            );
          })}
          {chosen.length > NAMED ? <li className="chip">+{chosen.length - NAMED}</li> : null}
        </ul>
      )}
      <MachineFinder
        label={t('gateways.machine.find')}
        without={chosen}
        textNeeded
        onPick={({ machine_id: id }) => onChoose([...chosen, id])}
      />
      {fault ? <FaultText>{fault}</FaultText> : null}
    </fieldset>
  );
}
