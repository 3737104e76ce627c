// Asks for the password once more where the server wants to be sure that it is still the same person.

import { type ReactNode, useState } from 'react';
import { ApiError } from '../../../api/http/send.ts';
import { useSessionState } from '../../../api/use-api.ts';
import { PasswordField } from '../../../components/ui/form/text-field.tsx';
import { useSecurityText } from './use-security-text.ts';

export interface PasswordAgain {
  /** To be shown among the fields of the form; null until the server asks for it. */
  field: ReactNode;
  /** The account has no password: only another sign-in helps, and the form cannot be sent. */
  isStuck: boolean;
  /**
   * Whether `action` was done. It is not where the password is asked for, which `field` shows then. Rejects with what
   * else fails.
   */
  attempt: (action: (password: string | undefined) => Promise<void>) => Promise<boolean>;
}

export function usePasswordAgain(): PasswordAgain {
  const { say } = useSecurityText();
  const state = useSessionState();
  const [asked, setAsked] = useState(false);
  const [password, setPassword] = useState('');
  const [fault, setFault] = useState<string>();
  const hasPassword = !(state.phase === 'signed-in' && state.user.sign_in === 'oidc');
  const attempt: PasswordAgain['attempt'] = async (action) => {
    setFault(undefined);
    try {
      await action(asked ? password : undefined);
      return true;
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      if (error.code === 'sign_in_again') {
        setAsked(true);
        return false;
      }
      const isWrong = error.code === 'invalid_credentials' || error.faults.some(({ field }) => field === 'password');
      if (!asked || !isWrong) throw error;
      setFault(say('again.wrong'));
      return false;
    }
  };
  const field = !asked ? null : hasPassword ? (
    <>
      <p className="notice" role="status">
        {say('again.lead')}
      </p>
      <PasswordField
        label={say('again.password')}
        autoComplete="current-password"
        fault={fault}
        value={password}
        onChange={(value) => {
          setPassword(value);
          setFault(undefined);
        }}
      />
    </>
  ) : (
    <div className="notice" role="status">
      <p>{say('again.provider')}</p>
      <a className="button" href={`/api/v1/auth/oidc/start?${new URLSearchParams({ return_to: location.pathname })}`}>
        {say('again.sign_in')}
      </a>
    </div>
  );
  return { attempt, isStuck: asked && !hasPassword, field };
}
