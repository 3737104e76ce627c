// Changes the password of the signed-in user, which ends every other session.

import { type FormEvent, useState } from 'react';
import { ApiError } from '../../../api/http/send.ts';
import { useApi } from '../../../api/use-api.ts';
import { meetsRules, PasswordRules } from '../../../components/domain/passwords/password-rules.tsx';
import { usePasswordText } from '../../../components/domain/passwords/use-password-text.ts';
import { FaultText } from '../../../components/ui/form/field.tsx';
import { PasswordField } from '../../../components/ui/form/text-field.tsx';
import { toast } from '../../../components/ui/toast.ts';
import { formFaults } from '../management-fault.ts';
import { useSecurityText } from './use-security-text.ts';

export function ChangePassword({ username }: { username: string }) {
  const { t, say } = useSecurityText();
  const rules = usePasswordText();
  const api = useApi();
  const [current, setCurrent] = useState('');
  const [next, setNext] = useState('');
  const [faults, setFaults] = useState<Readonly<Record<string, string>>>({});
  const [busy, setBusy] = useState(false);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const missing: Record<string, string> = {};
    if (current === '') missing.current_password = t('settings.fault.required');
    if (!meetsRules(next, username)) missing.new_password = rules.say('password.rules');
    setFaults(missing);
    if (Object.keys(missing).length > 0) return;
    setBusy(true);
    try {
      await api.changePassword(current, next);
      setCurrent('');
      setNext('');
      toast.success(say('password.password_changed'));
    } catch (error) {
      const said = formFaults(t, error);
      const isWrong = error instanceof ApiError && said.current_password !== undefined;
      setFaults(isWrong ? { ...said, current_password: say('password.wrong_password') } : said);
    }
    setBusy(false);
  };
  return (
    <section className="card">
      <div className="card-head">
        <h2>{say('password.password')}</h2>
      </div>
      <form noValidate className="card-form" onSubmit={(event) => void submit(event)}>
        {/* For the browser's own store of passwords. */}
        <input type="text" autoComplete="username" value={username} readOnly hidden />
        <PasswordField
          label={say('password.current')}
          autoComplete="current-password"
          fault={faults.current_password}
          value={current}
          onChange={setCurrent}
        />
        <PasswordField
          label={say('password.new')}
          autoComplete="new-password"
          hint={<PasswordRules password={next} username={username} />}
          fault={faults.new_password}
          value={next}
          onChange={setNext}
        />
        {faults[''] ? <FaultText>{faults['']}</FaultText> : null}
        <div className="card-form-foot">
          <span className="caption">{say('password.ends_others')}</span>
          <button type="submit" className="button button-primary" disabled={busy || (current === '' && next === '')}>
            {say('password.change')}
          </button>
        </div>
      </form>
    </section>
  );
}
