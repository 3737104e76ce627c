// One API key: what is known of it, a new secret for its owner, and its end.

import type { ApiKey } from '@gonsters/contract';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { IssuedApiKey } from '../../../api/access-keys-api.ts';
import { useApi } from '../../../api/use-api.ts';
import { Dialog } from '../../../components/ui/dialog/dialog.tsx';
import { toast } from '../../../components/ui/toast.ts';
import { useText } from '../../../i18n/use-text.ts';
import { ConfirmDialog } from '../confirm-dialog.tsx';
import { KeyFacts } from '../key-facts.tsx';

export function KeyDialog({
  apiKey,
  isOwn,
  onMade,
  onClose,
}: {
  apiKey: ApiKey;
  isOwn: boolean;
  onMade: (made: IssuedApiKey) => void;
  onClose: () => void;
}) {
  const { t } = useText();
  const api = useApi();
  const queries = useQueryClient();
  const [asking, setAsking] = useState<'rotate' | 'revoke' | null>(null);
  const { id, name } = apiKey;
  if (asking !== null) {
    const revoke = async () => {
      await api.revokeApiKey(id);
      toast.success(t('keys.revoked', { name }));
    };
    return (
      <ConfirmDialog
        title={t(`keys.${asking}.title`, { name })}
        confirm={t(`keys.${asking}`)}
        run={async () => {
          if (asking === 'rotate') onMade(await api.rotateApiKey(id));
          else await revoke();
          void queries.invalidateQueries({ queryKey: ['api-keys'] });
        }}
        onClose={onClose}
      >
        <p>{t(`keys.${asking}.hint`)}</p>
      </ConfirmDialog>
    );
  }
  return (
    <Dialog
      title={name}
      lead={t('keys.of', { name: apiKey.username })}
      onClose={onClose}
      actions={
        <>
          <button type="button" className="button button-quiet foot-left" onClick={() => setAsking('revoke')}>
            {t('keys.revoke')}
          </button>
          {isOwn ? (
            <button type="button" className="button button-primary" onClick={() => setAsking('rotate')}>
              {t('keys.rotate')}
            </button>
          ) : null}
        </>
      }
    >
      <KeyFacts token={apiKey} />
      <p className="caption">
        {t('keys.permissions')}: {apiKey.permissions.join(', ')}
      </p>
    </Dialog>
  );
}
