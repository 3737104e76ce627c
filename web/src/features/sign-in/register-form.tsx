// Creates an account, where the server permits it. In production Management admits it before it can sign in.

import { type FormEvent, useState } from 'react';
import { ApiError } from '../../api/http/send.ts';
import { register } from '../../api/sign-in-api.ts';
import { useSession } from '../../api/use-api.ts';
import { meetsRules, PasswordRules } from '../../components/domain/passwords/password-rules.tsx';
import { FaultText } from '../../components/ui/form/field.tsx';
import { PasswordField, TextField } from '../../components/ui/form/text-field.tsx';
import { errorText } from '../../i18n/error-text.ts';
import { serverMessage } from '../../i18n/server-message.ts';
import { useSignInText } from './use-sign-in-text.ts';

const EMPTY = { username: '', email: '', password: '' };
type Faults = Readonly<Record<string, string>>;

export function RegisterForm({ onDone, onBack }: { onDone: (note: string) => void; onBack: () => void }) {
  const { t, say } = useSignInText();
  const session = useSession();
  const [fields, setFields] = useState(EMPTY);
  const [faults, setFaults] = useState<Faults>({});
  const [busy, setBusy] = useState(false);
  const change = (some: Partial<typeof EMPTY>) => {
    setFields({ ...fields, ...some });
    setFaults({ ...faults, ...Object.fromEntries([...Object.keys(some), ''].map((name) => [name, ''])) });
  };
  const missing = (): Faults => ({
    ...(/^[\p{L}\p{N}._-]{3,50}$/u.test(fields.username.trim()) ? {} : { username: say('register.name.rule') }),
    ...(/^\S+@\S+\.\S+$/.test(fields.email.trim()) ? {} : { email: say('register.email.rule') }),
    ...(meetsRules(fields.password, fields.username.trim()) ? {} : { password: say('register.rules') }),
  });
  const faultsOf = (error: unknown): Faults => {
    if (!(error instanceof ApiError)) return { '': errorText(t, error) };
    if (error.code === 'name_taken') return { username: say('register.name_taken') };
    if (error.code === 'email_taken') return { email: say('register.email_taken') };
    if (error.code === 'registration_disabled') return { '': say('register.disabled') };
    if (error.faults.length === 0) return { '': errorText(t, error) };
    return Object.fromEntries(error.faults.map(({ field, error: text }) => [field ?? '', serverMessage(t, text)]));
  };
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const wrong = missing();
    setFaults(wrong);
    if (Object.keys(wrong).length > 0) return;
    setBusy(true);
    const username = fields.username.trim();
    try {
      const isAdmitted = await register(session, { username, email: fields.email.trim(), password: fields.password });
      onDone(say(isAdmitted ? 'register.done' : 'register.waits', { name: username }));
    } catch (error) {
      setFaults(faultsOf(error));
      setBusy(false);
    }
  };
  return (
    <form noValidate className="contents" onSubmit={(event) => void submit(event)}>
      <TextField
        label={say('register.name')}
        hint={faults.username ? undefined : say('register.name.rule')}
        fault={faults.username}
        autoComplete="username"
        maxLength={50}
        value={fields.username}
        onChange={(username) => change({ username })}
      />
      <TextField
        label={say('register.email')}
        type="email"
        autoComplete="email"
        fault={faults.email}
        maxLength={254}
        value={fields.email}
        onChange={(email) => change({ email })}
      />
      <PasswordField
        label={say('password')}
        autoComplete="new-password"
        hint={<PasswordRules password={fields.password} username={fields.username.trim()} />}
        fault={faults.password}
        value={fields.password}
        onChange={(password) => change({ password })}
      />
      {faults[''] ? <FaultText>{faults['']}</FaultText> : null}
      <button type="submit" className="button button-primary w-full" disabled={busy}>
        {say('register.submit')}
      </button>
      <button type="button" className="button button-quiet w-full" disabled={busy} onClick={onBack}>
        {say('register.back')}
      </button>
    </form>
  );
}
