// The sign-in screen. It leaves the address as it is, so that the requested screen follows.

import type { SignInMethods } from '@gonsters/contract';
import { lazy, Suspense, useEffect, useState } from 'react';
import { type SecondFactorAsked, signInMethods } from '../../api/sign-in-api.ts';
import { useSession } from '../../api/use-api.ts';
import { FaultText } from '../../components/ui/form/field.tsx';
import { OidcButton } from './oidc-button.tsx';
import { PasswordForm } from './password-form.tsx';
import type { OidcErrorText } from './sign-in-failure.ts';
import { SignInFrame } from './sign-in-frame.tsx';
import { useSignInText } from './use-sign-in-text.ts';

const RegisterForm = lazy(async () => ({ default: (await import('./register-form.tsx')).RegisterForm }));
const SecondStep = lazy(async () => ({ default: (await import('./second-step.tsx')).SecondStep }));

type Step = { name: 'password' | 'register' } | { name: 'second'; asked: SecondFactorAsked };

/** `ended`: a session ended that the user did not end. `oidcError`: why the provider sent the user back. */
export function SignInScreen({ ended, oidcError = null }: { ended: boolean; oidcError?: OidcErrorText | null }) {
  const { say } = useSignInText();
  const methods = useSignInMethods();
  const [step, setStep] = useState<Step>({ name: 'password' });
  const [note, setNote] = useState<string | null>(null);
  const [emergency, setEmergency] = useState(false);
  const toPassword = (why: string | null) => {
    setNote(why);
    setStep({ name: 'password' });
  };
  if (step.name === 'second') {
    return (
      <SignInFrame title={say('second.title')} lead={say('second.lead')}>
        <Suspense>
          <SecondStep
            asked={step.asked}
            onExpired={() => toPassword(say('second.lead.again'))}
            onBack={() => toPassword(null)}
          />
        </Suspense>
      </SignInFrame>
    );
  }
  if (step.name === 'register') {
    return (
      <SignInFrame title={say('register.title')} lead={say('register.lead')}>
        <Suspense>
          <RegisterForm onDone={toPassword} onBack={() => toPassword(null)} />
        </Suspense>
      </SignInFrame>
    );
  }
  const oidc = methods?.oidc ?? null;
  const hidesPassword = oidc !== null && methods?.password === false && !emergency;
  return (
    <SignInFrame title={say('title')} lead={say('lead')}>
      {oidcError === null ? null : <FaultText>{say(oidcError)}</FaultText>}
      {note === null ? null : <p role="status">{note}</p>}
      {oidc === null ? null : <OidcButton name={oidc.name} />}
      {hidesPassword ? (
        <button type="button" className="button button-quiet w-full" onClick={() => setEmergency(true)}>
          {say('oidc.emergency')}
        </button>
      ) : (
        <>
          {oidc === null ? null : <p className="sign-or">{say('or')}</p>}
          <PasswordForm
            isMain={oidc === null}
            ended={ended && note === null && oidcError === null}
            onSecondFactor={(asked) => setStep({ name: 'second', asked })}
          />
        </>
      )}
      {methods?.registration ? (
        <button type="button" className="button button-quiet w-full" onClick={() => setStep({ name: 'register' })}>
          {say('register.open')}
        </button>
      ) : null}
    </SignInFrame>
  );
}

/** Null until the server has said it; without an answer there is only the password. */
function useSignInMethods(): SignInMethods | null {
  const session = useSession();
  const [methods, setMethods] = useState<SignInMethods | null>(null);
  useEffect(() => {
    let isCurrent = true;
    signInMethods(session).then(
      (answer) => {
        if (isCurrent) setMethods(answer);
      },
      () => {},
    );
    return () => {
      isCurrent = false;
    };
  }, [session]);
  return methods;
}
