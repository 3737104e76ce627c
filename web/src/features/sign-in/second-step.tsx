// The second step of a sign-in: a code of the authenticator app, a passkey, or a recovery code.

import { browserSupportsWebAuthn } from '@simplewebauthn/browser';
import { useState } from 'react';
import { type Proof, proveSecondFactor, type SecondFactorAsked } from '../../api/sign-in-api.ts';
import { useSession } from '../../api/use-api.ts';
import { FaultText } from '../../components/ui/form/field.tsx';
import { CodeForm } from './code-form.tsx';
import { PasskeyForm } from './passkey-form.tsx';
import { type SignInFailure, signInFailure } from './sign-in-failure.ts';
import { useSignInText } from './use-sign-in-text.ts';

type Method = SecondFactorAsked['methods'][number];

/** The one that is asked for first, and the order of the others. */
const ORDER: readonly Method[] = ['passkey', 'totp', 'recovery_code'];
const CHOICES = {
  passkey: 'second.passkey',
  totp: 'second.totp',
  recovery_code: 'second.recovery',
} as const satisfies Record<Method, string>;

export function SecondStep({
  asked,
  onExpired,
  onBack,
}: {
  asked: SecondFactorAsked;
  onExpired: () => void;
  onBack: () => void;
}) {
  const { say } = useSignInText();
  const session = useSession();
  const offered = ORDER.filter((each) => asked.methods.includes(each));
  const [method, setMethod] = useState<Method | undefined>(
    // One that this browser can do; a passkey needs HTTPS.
    offered.find((each) => each !== 'passkey' || browserSupportsWebAuthn()) ?? offered[0],
  );
  /** Null where it succeeded: the page follows by itself. */
  const prove = async (proof: Proof): Promise<SignInFailure | null> => {
    try {
      await proveSecondFactor(session, asked.token, proof);
      return null;
    } catch (error) {
      const failure = signInFailure(error);
      if (failure.kind === 'expired') onExpired();
      return failure;
    }
  };
  return (
    <>
      {method === undefined ? <FaultText>{say('second.nothing')}</FaultText> : null}
      {method === 'passkey' ? <PasskeyForm token={asked.token} prove={prove} onExpired={onExpired} /> : null}
      {method === 'totp' || method === 'recovery_code' ? <CodeForm key={method} method={method} prove={prove} /> : null}
      <div className="sign-others">
        {offered
          .filter((each) => each !== method)
          .map((each) => (
            <button key={each} type="button" className="button button-quiet" onClick={() => setMethod(each)}>
              {say(CHOICES[each])}
            </button>
          ))}
        <button type="button" className="button button-quiet" onClick={onBack}>
          {say('second.other_account')}
        </button>
      </div>
    </>
  );
}
