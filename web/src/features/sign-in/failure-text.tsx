// Says why a step of signing in failed. While the server slows guesses down, the seconds are counted.

import { useEffect, useState } from 'react';
import { StatusMark } from '../../components/domain/machines/status-mark.tsx';
import { errorText } from '../../i18n/error-text.ts';
import type { SignInFailure } from './sign-in-failure.ts';
import { useSignInText } from './use-sign-in-text.ts';

const SECOND_MS = 1_000;

/** `wrong` is the sentence for what was entered in this step. */
export function FailureText({ id, failure, wrong }: { id: string; failure: SignInFailure; wrong: string }) {
  const { t, say } = useSignInText();
  if (failure.kind === 'slowed_down') return <SlowedDown id={id} seconds={failure.seconds} />;
  const text =
    failure.kind === 'wrong'
      ? wrong
      : failure.kind === 'expired'
        ? say('second.lead.again')
        : errorText(t, failure.error);
  return (
    <p id={id} className="fault" role="alert">
      <StatusMark condition="critical_acked" />
      {text}
    </p>
  );
}

function SlowedDown({ id, seconds }: { id: string; seconds: number }) {
  const { say } = useSignInText();
  const [left, setLeft] = useState(seconds);
  useEffect(() => {
    setLeft(seconds);
    const untilMs = performance.now() + seconds * SECOND_MS;
    const timer = setInterval(
      () => setLeft(Math.max(0, Math.ceil((untilMs - performance.now()) / SECOND_MS))),
      SECOND_MS / 4,
    );
    return () => clearInterval(timer);
  }, [seconds]);
  return (
    <p id={id} className="fault">
      <StatusMark condition="critical_acked" />
      {/* Read out once, not with every second. */}
      <span className="sr-only" role="alert">
        {say('slow.wait', { count: seconds })}
      </span>
      <span aria-hidden="true">{left === 0 ? say('slow.now') : say('slow.wait', { count: left })}</span>
    </p>
  );
}
