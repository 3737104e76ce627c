// The versions of a gateway's profile, the newest first, and a way back.

import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useApi } from '../../../../api/use-api.ts';
import { Dialog, DialogCancel } from '../../../../components/ui/dialog/dialog.tsx';
import { toast } from '../../../../components/ui/toast.ts';
import { formFaults } from '../../management-fault.ts';
import { RowsSkeleton, SectionFailed } from '../../section-states.tsx';
import { useIncomingText } from '../use-incoming-text.ts';

export function VersionsDialog({
  gatewayId,
  onUndone,
  onClose,
}: {
  gatewayId: string;
  onUndone: () => Promise<void>;
  onClose: () => void;
}) {
  const { t, say, format } = useIncomingText();
  const api = useApi();
  const [busy, setBusy] = useState(false);
  const list = useQuery({
    queryKey: ['gateway-profile', gatewayId, 'versions'],
    queryFn: ({ signal }) => api.profileVersions(gatewayId, signal),
  });
  const versions = list.data?.versions ?? [];
  const undo = async () => {
    setBusy(true);
    try {
      await api.undoProfile(gatewayId);
      await onUndone();
      toast.success(say('versions.undone'));
    } catch (error) {
      toast.error(Object.values(formFaults(t, error)).join(' '));
    } finally {
      setBusy(false);
    }
  };
  return (
    <Dialog
      title={say('menu.versions')}
      lead={say('versions.lead')}
      busy={busy}
      onClose={onClose}
      actions={
        <>
          <DialogCancel>{t('app.close')}</DialogCancel>
          <button
            type="button"
            className="button button-primary"
            disabled={busy || versions.length === 0}
            onClick={() => void undo()}
          >
            {say('versions.undo')}
          </button>
        </>
      }
    >
      {list.isPending ? <RowsSkeleton /> : null}
      {list.isError ? <SectionFailed error={list.error} onRetry={list.refetch} /> : null}
      {list.data && versions.length === 0 ? <p>{say('versions.none')}</p> : null}
      <ul className="versions">
        {versions.map(({ version, rules, restores, updated_at: at, updated_by: by }) => (
          <li key={version}>
            <b>{say('versions.version', { version })}</b>
            <span className="caption">
              {format.moment(Date.parse(at))}, {by ?? '—'}
            </span>
            <span className="caption">
              {restores !== null
                ? say('versions.restores', { version: restores })
                : rules === 0
                  ? say('versions.deleted')
                  : say('versions.rules', { count: rules })}
            </span>
          </li>
        ))}
      </ul>
    </Dialog>
  );
}
