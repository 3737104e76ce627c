// Edits or deletes a user, and says what that does to the sessions of the user.

import type { User } from '@gonsters/contract';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useApi, useMay, useSessionState } from '../../../api/use-api.ts';
import { usePasswordText } from '../../../components/domain/passwords/use-password-text.ts';
import { FormDialog } from '../../../components/ui/dialog/form-dialog.tsx';
import { FaultText } from '../../../components/ui/form/field.tsx';
import { ConfirmBox, SwitchField } from '../../../components/ui/form/text-field.tsx';
import { toast } from '../../../components/ui/toast.ts';
import { ConfirmDialog } from '../confirm-dialog.tsx';
import { ResetFactorsDialog } from '../security/reset-factors-dialog.tsx';
import { useSecurityText } from '../security/use-security-text.ts';
import { UserSessionsDialog } from '../security/user-sessions-dialog.tsx';
import { useFormSubmit } from '../use-form-submit.ts';
import { PasswordLinkDialog } from './password-link-dialog.tsx';
import { UserFields, type UserPlace } from './user-fields.tsx';

export function EditUserDialog({ user, onClose }: { user: User; onClose: () => void }) {
  const { t, say } = usePasswordText();
  const security = useSecurityText();
  const api = useApi();
  const queries = useQueryClient();
  const session = useSessionState();
  const mayDelete = useMay('delete:users');
  const isSelf = session.phase === 'signed-in' && session.user.id === user.id;
  const before = { role: user.role, department: user.department ?? '', factory_id: user.factory_id ?? '' };
  const [place, setPlace] = useState<UserPlace>(before);
  const [active, setActive] = useState(user.is_active);
  const [understood, setUnderstood] = useState(false);
  const [deleting, setDeleting] = useState(false);
  const [managing, setManaging] = useState<'factors' | 'sessions' | null>(null);
  const [token, setToken] = useState<string | null>(null);
  const form = useFormSubmit();
  const { faults, busy } = form;
  const { role, department, factory_id: factory } = place;
  const endsSessions = role !== user.role || (user.is_active && !active);
  const patch = {
    ...(role === user.role ? {} : { role }),
    ...(active === user.is_active ? {} : { is_active: active }),
    ...(department.trim() === before.department ? {} : { department: department.trim() || null }),
    ...(factory.trim() === before.factory_id ? {} : { factory_id: factory.trim() || null }),
  };
  const submit = () =>
    form.submit({}, async () => {
      await api.updateUser(user.id, patch);
      void queries.invalidateQueries({ queryKey: ['users'] });
      toast.success(t(endsSessions ? 'users.changed_ended' : 'users.changed', { name: user.username }));
      onClose();
    });
  const admit = () =>
    form.submit({}, async () => {
      await api.updateUser(user.id, { is_admitted: true });
      void queries.invalidateQueries({ queryKey: ['users'] });
      toast.success(say('admit.done', { name: user.username }));
      onClose();
    });
  const makeLink = () => form.submit({}, async () => setToken((await api.makePasswordLink(user.id)).token));
  if (token !== null) return <PasswordLinkDialog name={user.username} token={token} onClose={onClose} />;
  if (managing === 'sessions') return <UserSessionsDialog user={user} onClose={onClose} />;
  if (managing === 'factors') return <ResetFactorsDialog user={user} onClose={onClose} />;
  if (deleting) {
    return (
      <ConfirmDialog
        title={t('users.delete.title', { name: user.username })}
        confirm={t('users.delete')}
        run={async () => {
          await api.deleteUser(user.id);
          void queries.invalidateQueries({ queryKey: ['users'] });
          toast.success(t('users.deleted', { name: user.username }));
        }}
        onClose={onClose}
      >
        <p>{t('users.delete.hint')}</p>
      </ConfirmDialog>
    );
  }
  return (
    <FormDialog
      title={user.username}
      lead={user.email}
      busy={busy}
      onSubmit={submit}
      onClose={onClose}
      submitLabel={t('save.save')}
      canSubmit={Object.keys(patch).length > 0 && !(isSelf && endsSessions && !understood)}
      otherAction={
        mayDelete && !isSelf ? (
          <button
            type="button"
            className="button button-quiet foot-left"
            disabled={busy}
            onClick={() => setDeleting(true)}
          >
            {t('users.delete')}
          </button>
        ) : null
      }
    >
      {user.is_admitted ? null : (
        <div className="notice">
          <p>{say('admit.lead')}</p>
          <button type="button" className="button" disabled={busy} onClick={() => void admit()}>
            {say('admit.admit')}
          </button>
        </div>
      )}
      <UserFields value={place} faults={faults} onChange={(change) => setPlace({ ...place, ...change })} />
      <SwitchField label={t('users.active')} hint={t('users.active.hint')} checked={active} onChange={setActive} />
      {isSelf ? null : (
        <div className="user-tools">
          {user.sign_in === 'oidc' ? null : (
            <button type="button" className="button" disabled={busy} onClick={() => void makeLink()}>
              {say('link.make')}
            </button>
          )}
          {(user.second_factors ?? 0) > 0 ? (
            <button type="button" className="button" disabled={busy} onClick={() => setManaging('factors')}>
              {security.say('users.reset_factors')} …
            </button>
          ) : null}
          <button type="button" className="button" disabled={busy} onClick={() => setManaging('sessions')}>
            {security.say('users.sessions')} …
          </button>
        </div>
      )}
      {endsSessions ? (
        <p className="notice">{t(isSelf ? 'users.ends_own' : 'users.ends_sessions', { name: user.username })}</p>
      ) : null}
      {isSelf && endsSessions ? (
        <ConfirmBox label={t('users.understood')} checked={understood} onChange={setUnderstood} />
      ) : null}
      {faults[''] ? <FaultText>{faults['']}</FaultText> : null}
    </FormDialog>
  );
}
