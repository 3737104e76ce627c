// One machine out of thousands, found by name on the server.

import { useQuery } from '@tanstack/react-query';
import { ChevronDown } from 'lucide-react';
import { useRef, useState } from 'react';
import { useApi } from '../../../api/use-api.ts';
import { MachineFinder } from '../../../components/domain/machines/machine-finder.tsx';
import { useDismiss } from '../../../components/ui/use-dismiss.ts';
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
  const ref = useRef<HTMLDivElement>(null);
  useDismiss(ref, open, () => setOpen(false));
  const { data } = useQuery({
    queryKey: ['machines', machineId],
    queryFn: () => api.machine(machineId ?? ''),
    enabled: machineId !== null,
  });
  const choose = (id: string | null) => {
    setOpen(false);
    onChoose(id);
    ref.current?.querySelector('button')?.focus();
  };
  return (
    <div ref={ref} className="relative">
      <button
        type="button"
        className="chip"
        aria-expanded={open}
        aria-pressed={machineId !== null}
        onClick={() => setOpen(!open)}
      >
        {machineId === null ? t('alerts.column.machine') : (data?.name ?? '…')}
        <ChevronDown size={12} strokeWidth={1.5} aria-hidden="true" />
      </button>
      {open ? (
        <div className="menu glass menu-left">
          {machineId === null ? null : (
            <button type="button" className="menu-item" onClick={() => choose(null)}>
              {t('machines.filter.any')}
            </button>
          )}
          <MachineFinder label={t('machines.search')} autoFocus onPick={({ machine_id: id }) => choose(id)} />
        </div>
      ) : null}
    </div>
  );
}
