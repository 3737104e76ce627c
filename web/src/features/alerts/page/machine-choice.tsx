// A filter for one machine, found by name on the server.

import { useQuery } from '@tanstack/react-query';
import { ChevronDown } from 'lucide-react';
import { Popover } from 'radix-ui';
import { useState } from 'react';
import { useApi } from '../../../api/use-api.ts';
import { MachineFinder } from '../../../components/domain/machines/machine-finder.tsx';
import { useText } from '../../../i18n/use-text.ts';

export function MachineChoice({
  machineId,
  onChoose,
}: {
  machineId: string | null;
  onChoose: (machineId: string | null) => void;
}) {
  const { t } = useText();
  const api = useApi();
  const [open, setOpen] = useState(false);
  const { data } = useQuery({
    queryKey: ['machines', machineId],
    queryFn: () => api.machine(machineId ?? ''),
    enabled: machineId !== null,
  });
  const choose = (id: string | null) => {
    setOpen(false);
    onChoose(id);
  };
  return (
    <Popover.Root open={open} onOpenChange={setOpen}>
      <Popover.Trigger className="chip" aria-pressed={machineId !== null}>
        {machineId === null ? t('alerts.column.machine') : (data?.name ?? '…')}
        <ChevronDown size={12} strokeWidth={1.5} aria-hidden="true" />
      </Popover.Trigger>
      <Popover.Portal>
        <Popover.Content
          className="menu glass"
          align="start"
          sideOffset={10}
          collisionPadding={12}
          aria-label={t('alerts.column.machine')}
        >
          {machineId === null ? null : (
            <button type="button" className="menu-item" onClick={() => choose(null)}>
              {t('machines.filter.any')}
            </button>
          )}
          <MachineFinder label={t('machines.search')} autoFocus onPick={({ machine_id: id }) => choose(id)} />
        </Popover.Content>
      </Popover.Portal>
    </Popover.Root>
  );
}
