// How a user signs in, in the list of users: with what, and how many second factors there are.

import type { User } from '@gonsters/contract';
import { Cell } from '../labelled-cell.tsx';
import { useSecurityText } from './use-security-text.ts';

export function UserSignIn({ user, needsFactor }: { user: User; needsFactor: boolean }) {
  const { say } = useSecurityText();
  const kind = user.sign_in ?? 'password';
  const count = user.second_factors ?? 0;
  const factors =
    count > 0
      ? say('users.factors.count', { count })
      : say(needsFactor ? 'users.factors.missing' : 'users.factors.none');
  return (
    <Cell label={say('users.sign_in')}>
      <span className="block">{say(`users.sign_in.${kind}`)}</span>
      {kind === 'oidc' ? null : (
        <span className="caption block">
          {say('users.factors')}: {factors}
        </span>
      )}
    </Cell>
  );
}
