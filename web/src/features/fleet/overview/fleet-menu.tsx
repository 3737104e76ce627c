// A menu of less frequent actions: import machines, export the list.

import { Download, FileUp, Plus, Wrench } from 'lucide-react';
import { lazy, Suspense, useState } from 'react';
import { useApi, useMay } from '../../../api/use-api.ts';
import { useOpenDialog } from '../../../components/domain/dialogs.ts';
import { MenuItem, MoreMenu } from '../../../components/ui/more-menu.tsx';
import { toast } from '../../../components/ui/toast.ts';
import { errorText } from '../../../i18n/error-text.ts';
import { useStatusText } from '../../../i18n/status/use-status-text.ts';
import { filterOf, orderOf } from '../filter/machine-search.ts';
import { useMachineSearch } from '../filter/use-machine-search.ts';

const StatusDialog = lazy(async () => ({ default: (await import('../status/status-dialog.tsx')).StatusDialog }));
const FORMATS = ['csv', 'json'] as const;

export function FleetMenu() {
  const { t, say } = useStatusText();
  const [setting, setSetting] = useState(false);
  const api = useApi();
  const mayAdd = useMay('write:machines');
  const openDialog = useOpenDialog();
  const { search } = useMachineSearch();
  const exportAs = (format: (typeof FORMATS)[number]) => {
    api
      .downloadMachines(filterOf(search), orderOf(search), format)
      .catch((error: unknown) => toast.error(t('fleet.export_failed', { reason: errorText(t, error) })));
  };
  return (
    <>
      <MoreMenu label={t('fleet.more')}>
        {mayAdd ? (
          <MenuItem icon={Plus} onSelect={() => openDialog({ name: 'add-machine' })}>
            {t('fleet.add')}
          </MenuItem>
        ) : null}
        {mayAdd ? (
          <MenuItem icon={FileUp} onSelect={() => openDialog({ name: 'import-machines' })}>
            {t('fleet.import')}
          </MenuItem>
        ) : null}
        {mayAdd ? (
          <MenuItem icon={Wrench} onSelect={() => setSetting(true)}>
            {say('status.set')}
          </MenuItem>
        ) : null}
        {FORMATS.map((format) => (
          <MenuItem key={format} icon={Download} onSelect={() => exportAs(format)}>
            {t('fleet.export', { format: format.toUpperCase() })}
          </MenuItem>
        ))}
      </MoreMenu>
      {setting ? (
        <Suspense>
          <StatusDialog onClose={() => setSetting(false)} />
        </Suspense>
      ) : null}
    </>
  );
}
