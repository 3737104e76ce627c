// The rules for a new password, checked while it is typed. The server checks more, such as common passwords.

import { Check, Circle } from 'lucide-react';
import { useText } from '../../../i18n/use-text.ts';

const RULES = [
  ['password.rule.length', (password: string) => password.length >= 8 && password.length <= 100],
  ['password.rule.upper', (password: string) => /\p{Lu}/u.test(password)],
  ['password.rule.lower', (password: string) => /\p{Ll}/u.test(password)],
  ['password.rule.digit', (password: string) => /\d/.test(password)],
] as const;

export const meetsRules = (password: string) => RULES.every(([, met]) => met(password));

export function PasswordRules({ password }: { password: string }) {
  const { t } = useText();
  return (
    <ul className="rules">
      {RULES.map(([key, met]) => {
        const Icon = met(password) ? Check : Circle;
        return (
          <li key={key} className={met(password) ? 'text-strong' : ''}>
            <Icon size={12} strokeWidth={1.5} aria-hidden="true" />
            {t(key)}
            <span className="sr-only">{t(met(password) ? 'password.met' : 'password.not_met')}</span>
          </li>
        );
      })}
    </ul>
  );
}
