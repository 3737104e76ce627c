// For which roles a second factor is required. Each choice is stored at once.

import type { Role, SignInPolicy, User } from '@gonsters/contract';
import { useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { useSecurityApi } from '../../../api/security-api.ts';
import { useSessionState } from '../../../api/use-api.ts';
import { keepPanelFilters } from '../../../components/domain/links.ts';
import { Segments } from '../../../components/ui/form/segments.tsx';
import { toast } from '../../../components/ui/toast.ts';
import { managementFaultText } from '../management-fault.ts';
import { useSecurityText } from './use-security-text.ts';

export const POLICY_KEY = ['sign-in-policy'];
const ROLES: readonly Role[] = ['Operator', 'Supervisor', 'Management'];
const REQUIREMENTS = ['optional', 'required'] as const;

export function PolicyCard({ policy, users }: { policy: SignInPolicy; users: readonly User[] }) {
  const { t, say } = useSecurityText();
  const api = useSecurityApi();
  const queries = useQueryClient();
  const [chosen, setChosen] = useState<SignInPolicy | null>(null);
  const session = useSessionState();
  // Whoever requires one has shown that it works here; the server insists on it.
  const mayRequire =
    session.phase === 'signed-in' && (session.user.second_factor?.enrolled === true || session.user.sign_in === 'oidc');
  const shown = (chosen ?? policy).second_factor;
  const choose = async (role: Role, requirement: (typeof REQUIREMENTS)[number]) => {
    const next = { second_factor: { ...shown, [role]: requirement } };
    setChosen(next);
    try {
      await api.setPolicy(next);
      toast.success(say('policy.saved', { role, requirement: say(`policy.${requirement}`) }));
    } catch (error) {
      toast.error(managementFaultText(t, error));
    }
    await queries.invalidateQueries({ queryKey: POLICY_KEY });
    setChosen(null);
  };
  return (
    <section className="card">
      <div className="card-head">
        <div>
          <h2>{say('policy.title')}</h2>
          <span className="caption">{say('policy.hint')}</span>
        </div>
      </div>
      {mayRequire ? null : (
        <div className="factor-foot">
          <span className="caption">{say('policy.own_first')}</span>
          <Link
            to="/settings/{-$section}"
            params={{ section: 'security' }}
            search={keepPanelFilters}
            className="button button-small"
          >
            {say('account.link.open')}
          </Link>
        </div>
      )}
      {ROLES.map((role) => {
        const missing = users.filter(
          (user) => user.role === role && user.is_active && user.sign_in !== 'oidc' && (user.second_factors ?? 0) === 0,
        ).length;
        return (
          <div key={role} className="setting-row">
            <div>
              <h3>{role}</h3>
              {shown[role] === 'required' && missing > 0 ? (
                <span className="caption">{say('policy.missing', { count: missing })}</span>
              ) : null}
            </div>
            <div className="policy-choice">
              {!mayRequire && shown[role] === 'optional' ? (
                say('policy.optional')
              ) : (
                <Segments
                  label={say('policy.role', { role })}
                  value={shown[role]}
                  choices={REQUIREMENTS.map((value) => ({ value, label: say(`policy.${value}`) }))}
                  onChoose={(requirement) => {
                    if (requirement !== shown[role]) void choose(role, requirement);
                  }}
                />
              )}
            </div>
          </div>
        );
      })}
    </section>
  );
}
