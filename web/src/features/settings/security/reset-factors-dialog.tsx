// Removes the second factors of a user whose phone is lost.

import type { User } from '@gonsters/contract';
import { useQueryClient } from '@tanstack/react-query';
import { useSecurityApi } from '../../../api/security-api.ts';
import { toast } from '../../../components/ui/toast.ts';
import { ConfirmDialog } from '../confirm-dialog.tsx';
import { useSecurityText } from './use-security-text.ts';

export function ResetFactorsDialog({ user, onClose }: { user: User; onClose: () => void }) {
  const { say } = useSecurityText();
  const api = useSecurityApi();
  const queries = useQueryClient();
  const name = user.username;
  return (
    <ConfirmDialog
      title={say('users.reset_factors.title', { name })}
      confirm={say('users.reset_factors')}
      run={async () => {
        await api.resetFactorsOf(user.id);
        void queries.invalidateQueries({ queryKey: ['users'] });
        toast.success(say('users.reset_factors.done', { name }));
      }}
      onClose={onClose}
    >
      <p>{say('users.reset_factors.hint', { name })}</p>
    </ConfirmDialog>
  );
}
