// The menu of further actions on a machine, as the permissions of the user allow.

import type { Alert, Machine, MachineStatus } from '@gonsters/contract';
import { useMutation } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { AlarmClockOff, ArrowRightLeft, CirclePlay, Download, Pencil, SquarePen, Trash2, Wrench } from 'lucide-react';
import { DropdownMenu } from 'radix-ui';
import { useState } from 'react';
import { useMay } from '../../../api/use-api.ts';
import { useOpenDialog } from '../../../components/domain/dialogs.ts';
import { keepPanelFilters } from '../../../components/domain/links.ts';
import { MenuItem, MoreMenu } from '../../../components/ui/more-menu.tsx';
import { toast } from '../../../components/ui/toast.ts';
import { errorText } from '../../../i18n/error-text.ts';
import { useText } from '../../../i18n/use-text.ts';
import { useMachineState } from '../../../live/use-live.ts';
import { DeleteMachineDialog } from './delete-machine-dialog.tsx';
import { EditMachineDialog } from './edit-machine-dialog.tsx';
import { HandOverDialog } from './hand-over-dialog.tsx';
import { useUpdateMachine } from './use-update-machine.ts';

export function MachineMenu({ machine, shelvable }: { machine: Machine; shelvable: readonly Alert[] }) {
  const { t } = useText();
  const open = useOpenDialog();
  const mayWrite = useMay('write:machines');
  const mayIngest = useMay('write:sensor_data');
  const mayDelete = useMay('delete:machines');
  const status = useMachineState(machine.machine_id)?.status ?? machine.status;
  const setStatus = useSetStatus(machine);
  const [dialog, setDialog] = useState<'edit' | 'hand-over' | 'delete' | null>(null);
  const { machine_id: machineId } = machine;
  return (
    <>
      <MoreMenu label={t('machine.more')}>
        {shelvable.length > 0 ? (
          <MenuItem
            icon={AlarmClockOff}
            className="tablet:hidden"
            onSelect={() => open({ name: 'shelve', alerts: shelvable })}
          >
            {t('machine.shelve')}
          </MenuItem>
        ) : null}
        {mayWrite ? (
          <>
            <MenuItem icon={Pencil} onSelect={() => setDialog('edit')}>
              {t('machine.edit')}
            </MenuItem>
            <MenuItem icon={ArrowRightLeft} onSelect={() => setDialog('hand-over')}>
              {t('machine.hand_over')}
            </MenuItem>
            {status === 'maintenance' ? null : (
              <MenuItem icon={Wrench} onSelect={() => setStatus('maintenance')}>
                {t('machine.to_maintenance')}
              </MenuItem>
            )}
            {status === 'active' ? null : (
              <MenuItem icon={CirclePlay} onSelect={() => setStatus('active')}>
                {t('machine.to_active')}
              </MenuItem>
            )}
          </>
        ) : null}
        {mayIngest ? (
          <MenuItem icon={SquarePen} onSelect={() => open({ name: 'ingest', machineId })}>
            {t('machine.ingest')}
          </MenuItem>
        ) : null}
        <DropdownMenu.Item asChild>
          <Link
            to="/machines/$machineId/history"
            params={{ machineId }}
            search={keepPanelFilters}
            className="menu-item"
          >
            <Download size={16} strokeWidth={1.5} aria-hidden="true" />
            {t('machine.export')}
          </Link>
        </DropdownMenu.Item>
        {mayDelete ? (
          <>
            <DropdownMenu.Separator className="menu-line" />
            <MenuItem icon={Trash2} className="crit" onSelect={() => setDialog('delete')}>
              {t('machine.delete')}
            </MenuItem>
          </>
        ) : null}
      </MoreMenu>
      {dialog === 'edit' ? (
        <EditMachineDialog machine={{ ...machine, status }} onClose={() => setDialog(null)} />
      ) : null}
      {dialog === 'hand-over' ? <HandOverDialog machine={machine} onClose={() => setDialog(null)} /> : null}
      {dialog === 'delete' ? <DeleteMachineDialog machine={machine} onClose={() => setDialog(null)} /> : null}
    </>
  );
}

function useSetStatus(machine: Machine): (status: MachineStatus) => void {
  const { t } = useText();
  const update = useUpdateMachine(machine.machine_id);
  const { mutate } = useMutation({
    mutationFn: (status: MachineStatus) => update({ status }),
    onSuccess: ({ name, status }) => toast.success(t('machine.status_set', { name, status: t(`status.${status}`) })),
    onError: (error) => toast.error(t('machine.not_changed', { reason: errorText(t, error) })),
  });
  return mutate;
}
