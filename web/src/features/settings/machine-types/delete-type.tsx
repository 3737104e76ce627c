// Deletes a machine type that no machine has.

import type { MachineType } from '@gonsters/contract';
import { useState } from 'react';
import { useApi, useMay } from '../../../api/use-api.ts';
import { toast } from '../../../components/ui/toast.ts';
import { useText } from '../../../i18n/use-text.ts';
import { ConfirmDialog } from '../confirm-dialog.tsx';
import { useRefreshCatalogue } from '../use-catalogue.ts';

export function DeleteType({ type }: { type: MachineType }) {
  const { t } = useText();
  const api = useApi();
  const mayConfigure = useMay('write:config');
  const refresh = useRefreshCatalogue();
  const [asking, setAsking] = useState(false);
  if (!mayConfigure || type.machines > 0) return null;
  const label = type.label ?? type.name;
  return (
    <>
      <button type="button" className="button button-quiet button-small" onClick={() => setAsking(true)}>
        {t('types.delete')}
      </button>
      {asking ? (
        <ConfirmDialog
          title={t('metrics.delete.title', { label })}
          confirm={t('types.delete')}
          run={async () => {
            await api.deleteMachineType(type.name);
            await refresh();
            toast.success(t('metrics.deleted', { label }));
          }}
          onClose={() => setAsking(false)}
        >
          <p>{t('types.delete.hint')}</p>
        </ConfirmDialog>
      ) : null}
    </>
  );
}
