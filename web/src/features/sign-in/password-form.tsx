// User name and password: the first step of a sign-in.

import { Eye, EyeOff } from 'lucide-react';
import { type FormEvent, useId, useState } from 'react';
import { type SecondFactorAsked, signInWithPassword } from '../../api/sign-in-api.ts';
import { useSession } from '../../api/use-api.ts';
import { FailureText } from './failure-text.tsx';
import { type SignInFailure, signInFailure } from './sign-in-failure.ts';
import { useSignInText } from './use-sign-in-text.ts';

export function PasswordForm({
  isMain,
  ended,
  onSecondFactor,
}: {
  /** There is no other way to sign in. */
  isMain: boolean;
  ended: boolean;
  onSecondFactor: (asked: SecondFactorAsked) => void;
}) {
  const { t, say } = useSignInText();
  const session = useSession();
  const [name, setName] = useState('');
  const [password, setPassword] = useState('');
  const [shown, setShown] = useState(false);
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<SignInFailure | null>(null);
  const ids = { name: useId(), password: useId(), fault: useId() };
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setBusy(true);
    setFailure(null);
    try {
      const asked = await signInWithPassword(session, name.trim(), password);
      if (asked !== null) onSecondFactor(asked);
    } catch (error) {
      setFailure(signInFailure(error));
      setBusy(false);
    }
  };
  const described = failure === null ? {} : { 'aria-describedby': ids.fault, 'aria-invalid': true };
  const SeeIcon = shown ? EyeOff : Eye;
  return (
    <form className="contents" onSubmit={(event) => void submit(event)}>
      <div className="field">
        <label className="label" htmlFor={ids.name}>
          {say('name')}
        </label>
        <span className={`input ${failure ? 'input-invalid' : ''}`}>
          <input
            id={ids.name}
            autoComplete="username"
            autoCapitalize="none"
            spellCheck={false}
            required
            value={name}
            onChange={(event) => setName(event.target.value)}
            {...described}
          />
        </span>
      </div>
      <div className="field">
        <label className="label" htmlFor={ids.password}>
          {say('password')}
        </label>
        <span className={`input ${failure ? 'input-invalid' : ''}`}>
          <input
            id={ids.password}
            type={shown ? 'text' : 'password'}
            autoComplete="current-password"
            required
            value={password}
            onChange={(event) => setPassword(event.target.value)}
            {...described}
          />
          <button
            type="button"
            className="button button-quiet button-small button-icon -mr-1"
            aria-label={t('app.show_password')}
            aria-pressed={shown}
            onClick={() => setShown(!shown)}
          >
            <SeeIcon size={16} strokeWidth={1.5} />
          </button>
        </span>
      </div>
      {failure === null ? null : <FailureText id={ids.fault} failure={failure} wrong={say('wrong')} />}
      <button type="submit" className={`button ${isMain ? 'button-primary' : ''} w-full`} disabled={busy}>
        {say(busy ? 'busy' : 'submit')}
      </button>
      {ended && failure === null ? <p className="caption text-center">{say('ended')}</p> : null}
    </form>
  );
}
