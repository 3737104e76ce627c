// The rules for a new password, checked while it is typed. The server also refuses common passwords.

import { Check, Circle } from 'lucide-react';
import { usePasswordText } from './use-password-text.ts';
import '../../../styles/password-rules.css';

/** As the server has it: shorter names occur in many passwords by chance. */
const SHORTEST_NAME = 4;

const RULES = [
  ['password.rule.length', (password: string) => password.length >= 8 && password.length <= 100],
  [
    'password.rule.name',
    (password: string, username: string) =>
      password !== '' && (username.length < SHORTEST_NAME || !password.toLowerCase().includes(username.toLowerCase())),
  ],
] as const;

export const meetsRules = (password: string, username: string) => RULES.every(([, met]) => met(password, username));

/** @param username `''` where it is not known: only the server compares it then */
export function PasswordRules({ password, username }: { password: string; username: string }) {
  const { say } = usePasswordText();
  return (
    <ul className="password-rules">
      {RULES.filter(([key]) => key !== 'password.rule.name' || username !== '').map(([key, met]) => {
        const isMet = met(password, username);
        const Icon = isMet ? Check : Circle;
        return (
          <li key={key} className={isMet ? 'text-strong' : ''}>
            <Icon size={12} strokeWidth={1.5} aria-hidden="true" />
            {say(key)}
            <span className="sr-only">{say(isMet ? 'password.met' : 'password.not_met')}</span>
          </li>
        );
      })}
    </ul>
  );
}
