// The addresses that links and redirects lead to. The provider of OpenID Connect sends people back to `/signed-in` with a code
// for a session, or to `/sign-in` with the reason why there is none; `/reset` is where a link for a lost password leads. What
// is secret stands behind the `#`, so that no log has it.

import { lazy, useEffect, useRef, useState } from 'react';
import { oidcSession } from '../../api/sign-in-api.ts';
import { useSession, useSessionState } from '../../api/use-api.ts';
import { FaultText } from '../../components/ui/form/field.tsx';
import { errorText } from '../../i18n/error-text.ts';
import { ownPath, takeReturn } from './return-path.ts';
import { oidcErrorText } from './sign-in-failure.ts';
import { SignInFrame } from './sign-in-frame.tsx';
import { SignInScreen } from './sign-in-screen.tsx';
import { useSignInText } from './use-sign-in-text.ts';

const NewPasswordScreen = lazy(async () => ({
  default: (await import('./new-password-screen.tsx')).NewPasswordScreen,
}));

export function SignInAddress() {
  switch (location.pathname) {
    case '/signed-in':
      return <SignedIn />;
    case '/sign-in':
      return <NotSignedIn />;
    default:
      return <NewPasswordScreen />;
  }
}

/** The code works once: it does not stay in the address, nor in the history of the browser. */
function takeCode(): URLSearchParams {
  const values = new URLSearchParams(location.hash.slice(1));
  history.replaceState(null, '', location.pathname);
  return values;
}

function SignedIn() {
  const { t, say } = useSignInText();
  const session = useSession();
  const [values] = useState(takeCode);
  const [fault, setFault] = useState<unknown>(null);
  const isSent = useRef(false);
  const code = values.get('code');
  useEffect(() => {
    if (code === null || isSent.current) return;
    isSent.current = true;
    oidcSession(session, code).then((reply) => {
      session.begin(reply);
      const remembered = takeReturn();
      location.replace(ownPath(values.get('return_to') ?? remembered));
    }, setFault);
  }, [session, code, values]);
  const shown = code === null ? say('landing.no_code') : fault === null ? null : errorText(t, fault);
  return (
    <SignInFrame title={say('landing.title')} lead={null}>
      {shown === null ? null : (
        <>
          <FaultText>{shown}</FaultText>
          <a className="button button-primary w-full" href="/">
            {say('landing.back')}
          </a>
        </>
      )}
    </SignInFrame>
  );
}

function NotSignedIn() {
  const state = useSessionState();
  const [error] = useState(() => oidcErrorText(location.hash));
  const isSignedIn = state.phase === 'signed-in';
  useEffect(() => {
    if (isSignedIn) location.replace(takeReturn() ?? '/');
  }, [isSignedIn]);
  return state.phase === 'signed-out' ? <SignInScreen ended={false} oidcError={error} /> : null;
}
