// How the signed-in user signs in: second factors, sessions, and the password.

import { ShieldCheck } from 'lucide-react';
import { useSessionState } from '../../../api/use-api.ts';
import { StateMessage } from '../../../components/ui/state-message.tsx';
import { ChangePassword } from './change-password.tsx';
import { FactorsCard } from './factors-card.tsx';
import { SessionsCard } from './sessions-card.tsx';
import { useSecurityText } from './use-security-text.ts';
import '../../../styles/security.css';

export function SecuritySection() {
  const { say } = useSecurityText();
  const state = useSessionState();
  if (state.phase !== 'signed-in') return null;
  const { user } = state;
  const isOfProvider = user.sign_in === 'oidc';
  return (
    <>
      {isOfProvider ? (
        <section className="card">
          <StateMessage icon={ShieldCheck} title={say('users.sign_in.oidc')}>
            {say('factors.provider')}
          </StateMessage>
        </section>
      ) : (
        <FactorsCard />
      )}
      <SessionsCard />
      {isOfProvider ? null : <ChangePassword username={user.username} />}
    </>
  );
}
