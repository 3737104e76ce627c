// Six digits of the authenticator app, or a recovery code. The sixth digit sends them.

import { type FormEvent, useEffect, useId, useRef, useState } from 'react';
import type { Proof } from '../../api/sign-in-api.ts';
import { FailureText } from './failure-text.tsx';
import { CODE_LENGTH, codeDigits, type SignInFailure } from './sign-in-failure.ts';
import { useSignInText } from './use-sign-in-text.ts';

export function CodeForm({
  method,
  prove,
}: {
  method: 'totp' | 'recovery_code';
  prove: (proof: Proof) => Promise<SignInFailure | null>;
}) {
  const { say } = useSignInText();
  const isTotp = method === 'totp';
  const field = useRef<HTMLInputElement>(null);
  const [code, setCode] = useState('');
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<SignInFailure | null>(null);
  const ids = { code: useId(), fault: useId(), hint: useId() };
  // What one came here to fill in, and again after a wrong code.
  useEffect(() => {
    if (!busy) field.current?.focus();
  }, [busy]);
  const send = async (entered: string) => {
    setBusy(true);
    setFailure(null);
    const failed = await prove({ code: entered });
    if (failed === null) return;
    setFailure(failed);
    if (isTotp) setCode('');
    setBusy(false);
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!busy && code.trim() !== '') void send(code.trim());
  };
  const enter = (typed: string) => {
    const next = isTotp ? codeDigits(typed) : typed;
    setCode(next);
    if (isTotp && next.length === CODE_LENGTH && !busy) void send(next);
  };
  return (
    <form noValidate className="contents" onSubmit={submit}>
      <div className="field">
        <label className="label" htmlFor={ids.code}>
          {say(isTotp ? 'second.code' : 'second.recovery.label')}
        </label>
        <span className={`input ${failure ? 'input-invalid' : ''}`}>
          <input
            ref={field}
            id={ids.code}
            className={isTotp ? 'code-input' : 'id'}
            autoComplete={isTotp ? 'one-time-code' : 'off'}
            inputMode={isTotp ? 'numeric' : 'text'}
            autoCapitalize="none"
            spellCheck={false}
            readOnly={busy}
            value={code}
            aria-invalid={failure !== null}
            aria-describedby={`${ids.hint} ${ids.fault}`}
            onChange={(event) => enter(event.target.value)}
          />
        </span>
        <span id={ids.hint} className="caption">
          {say(isTotp ? 'second.code.hint' : 'second.recovery.hint')}
        </span>
      </div>
      {failure === null ? null : (
        <FailureText
          id={ids.fault}
          failure={failure}
          wrong={say(isTotp ? 'second.code.wrong' : 'second.recovery.wrong')}
        />
      )}
      <button type="submit" className="button button-primary w-full" disabled={busy || code.trim() === ''}>
        {say(busy ? 'busy' : 'second.submit')}
      </button>
    </form>
  );
}
