// Signs in with a passkey: the browser asks for it when the button is pressed.

import { browserSupportsWebAuthn, startAuthentication } from '@simplewebauthn/browser';
import { KeyRound } from 'lucide-react';
import { useEffect, useId, useRef, useState } from 'react';
import { type Proof, passkeyOptions } from '../../api/sign-in-api.ts';
import { useSession } from '../../api/use-api.ts';
import { FaultText } from '../../components/ui/form/field.tsx';
import { FailureText } from './failure-text.tsx';
import { type SignInFailure, signInFailure } from './sign-in-failure.ts';
import { useSignInText } from './use-sign-in-text.ts';

type Options = Parameters<typeof startAuthentication>[0]['optionsJSON'];

export function PasskeyForm({
  token,
  prove,
  onExpired,
}: {
  token: string;
  prove: (proof: Proof) => Promise<SignInFailure | null>;
  onExpired: () => void;
}) {
  const { say } = useSignInText();
  const session = useSession();
  const id = useId();
  const button = useRef<HTMLButtonElement>(null);
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<SignInFailure | 'not_taken' | null>(null);
  useEffect(() => button.current?.focus(), []);
  const ask = async (): Promise<SignInFailure | 'not_taken' | null> => {
    let optionsJSON: Options;
    try {
      optionsJSON = (await passkeyOptions(session, token)) as Options;
    } catch (error) {
      const failed = signInFailure(error);
      if (failed.kind === 'expired') onExpired();
      return failed;
    }
    try {
      return await prove({ passkey: await startAuthentication({ optionsJSON }) });
    } catch {
      // The person closed the window of the browser, or the time for it ran out; browsers do not tell which.
      return 'not_taken';
    }
  };
  const use = async () => {
    setBusy(true);
    setFailure(null);
    const failed = await ask();
    if (failed === null) return;
    setFailure(failed);
    setBusy(false);
  };
  if (!browserSupportsWebAuthn()) return <FaultText>{say('second.passkey.insecure')}</FaultText>;
  return (
    <>
      {failure === 'not_taken' ? <FaultText>{say('second.passkey.not_taken')}</FaultText> : null}
      {failure === null || failure === 'not_taken' ? null : (
        <FailureText id={id} failure={failure} wrong={say('second.passkey.refused')} />
      )}
      <button
        ref={button}
        type="button"
        className="button button-primary w-full"
        disabled={busy}
        onClick={() => void use()}
      >
        <KeyRound size={16} strokeWidth={1.5} aria-hidden="true" />
        {say(busy ? 'second.passkey.busy' : 'second.passkey')}
      </button>
    </>
  );
}
