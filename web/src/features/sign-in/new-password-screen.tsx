// Sets a new password with a link from Management. The token stands behind the `#` of the address, so that no log has it.

import { type FormEvent, useState } from 'react';
import { ApiError } from '../../api/http/send.ts';
import { resetPassword } from '../../api/sign-in-api.ts';
import { useSession } from '../../api/use-api.ts';
import { PasswordRules } from '../../components/domain/passwords/password-rules.tsx';
import { usePasswordText } from '../../components/domain/passwords/use-password-text.ts';
import { CellBackground } from '../../components/ui/cell-background.tsx';
import { FaultText } from '../../components/ui/form/field.tsx';
import { PasswordField } from '../../components/ui/form/text-field.tsx';
import { Logo } from '../../components/ui/logo.tsx';
import { errorText } from '../../i18n/error-text.ts';
import { serverMessage } from '../../i18n/server-message.ts';

export function NewPasswordScreen() {
  const { say } = usePasswordText();
  const token = location.hash.slice(1);
  const [changed, setChanged] = useState<string | null>(null);
  return (
    <main className="sign">
      <title>{`${say('reset.title')} · GONSTERS`}</title>
      <CellBackground />
      <div className="dialog glass">
        <div className="sign-card">
          <Logo />
          <div>
            <h1>{say('reset.title')}</h1>
            {changed === null ? <p className="mt-1 text-text-3">{say('reset.lead')}</p> : null}
          </div>
          {changed === null && token !== '' ? <NewPassword token={token} onChanged={setChanged} /> : null}
          {changed === null && token === '' ? <FaultText>{say('reset.no_link')}</FaultText> : null}
          {changed === null ? null : (
            <>
              <p role="status">
                <b>{say('reset.done', { name: changed })}</b> {say('reset.done.hint', { name: changed })}
              </p>
              <a className="button button-primary w-full" href="/">
                {say('reset.sign_in')}
              </a>
            </>
          )}
        </div>
      </div>
    </main>
  );
}

function NewPassword({ token, onChanged }: { token: string; onChanged: (username: string) => void }) {
  const { t, say } = usePasswordText();
  const session = useSession();
  const [password, setPassword] = useState('');
  const [busy, setBusy] = useState(false);
  const [fault, setFault] = useState<string>();
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setBusy(true);
    try {
      onChanged(await resetPassword(session, token, password));
    } catch (error) {
      const [first] = error instanceof ApiError ? error.faults : [];
      setFault(first === undefined ? errorText(t, error) : serverMessage(t, first.error));
      setBusy(false);
    }
  };
  return (
    <form noValidate className="contents" onSubmit={(event) => void submit(event)}>
      <PasswordField
        label={say('reset.new')}
        autoComplete="new-password"
        hint={<PasswordRules password={password} username="" />}
        fault={fault}
        value={password}
        onChange={(value) => {
          setPassword(value);
          setFault(undefined);
        }}
      />
      <button type="submit" className="button button-primary w-full" disabled={busy || password === ''}>
        {say('reset.submit')}
      </button>
    </form>
  );
}
