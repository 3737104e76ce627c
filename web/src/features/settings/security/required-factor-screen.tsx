// In place of every screen while the policy requires a second factor of the user and there is none: says why, and adds one.

import type { SecondFactorsReply } from '@gonsters/contract';
import { Fingerprint, LogOut, Smartphone } from 'lucide-react';
import { useEffect, useState } from 'react';
import { useSecurityApi } from '../../../api/security-api.ts';
import { useSession, useSessionState } from '../../../api/use-api.ts';
import { CellBackground } from '../../../components/ui/cell-background.tsx';
import { LoadFailed } from '../../../components/ui/load-failed.tsx';
import { Logo } from '../../../components/ui/logo.tsx';
import { AddFactor, type FactorKind } from './add-factor.tsx';
import { passkeyObstacle } from './passkey-obstacle.ts';
import { RecoveryCodes } from './recovery-codes.tsx';
import { useSecurityText } from './use-security-text.ts';
import '../../../styles/settings.css';
import '../../../styles/security.css';

type Step = { name: 'choose' } | { name: 'add'; kind: FactorKind } | { name: 'codes'; codes: readonly string[] };

export function RequiredFactorScreen() {
  const { say } = useSecurityText();
  const session = useSession();
  const state = useSessionState();
  const [step, setStep] = useState<Step>({ name: 'choose' });
  if (state.phase !== 'signed-in') return null;
  // The renewed session may do everything again; the page that was asked for follows.
  const unlock = () => void session.retry();
  return (
    <main className="sign">
      <title>{`${say('required.title')} · GONSTERS`}</title>
      <CellBackground />
      <div className="dialog glass required-factor">
        <div className="sign-card">
          <Logo />
          <div>
            <h1>{say(step.name === 'codes' ? 'codes.title' : 'required.title')}</h1>
            <p className="mt-1 text-text-3">
              {step.name === 'codes' ? say('codes.lead') : say('required.lead', { role: state.user.role })}
            </p>
          </div>
          {step.name === 'choose' ? <Choose onChoose={(kind) => setStep({ name: 'add', kind })} /> : null}
          {step.name === 'add' ? (
            <AddFactor
              kind={step.kind}
              onCancel={() => setStep({ name: 'choose' })}
              onAdded={({ recoveryCodes }) =>
                recoveryCodes === null ? unlock() : setStep({ name: 'codes', codes: recoveryCodes })
              }
            />
          ) : null}
          {step.name === 'codes' ? <RecoveryCodes codes={step.codes} onDone={unlock} /> : null}
          {step.name === 'codes' ? null : (
            <button type="button" className="button button-quiet w-full" onClick={() => void session.signOut()}>
              <LogOut size={16} strokeWidth={1.5} aria-hidden="true" />
              {say('required.sign_out')}
            </button>
          )}
        </div>
      </div>
    </main>
  );
}

function Choose({ onChoose }: { onChoose: (kind: FactorKind) => void }) {
  const { t, say } = useSecurityText();
  const api = useSecurityApi();
  const session = useSession();
  const [passkeys, setPasskeys] = useState<SecondFactorsReply['passkeys'] | null>(null);
  const [fault, setFault] = useState<unknown>(null);
  const [attempt, setAttempt] = useState(0);
  // biome-ignore lint/correctness/useExhaustiveDependencies: `attempt` asks again
  useEffect(() => {
    const stop = new AbortController();
    api.secondFactors(stop.signal).then(
      (reply) => {
        // Added in another window: nothing is to be done here.
        if (reply.factors.length > 0) void session.retry();
        else setPasskeys(reply.passkeys);
      },
      (error: unknown) => {
        if (!stop.signal.aborted) setFault(error);
      },
    );
    return () => stop.abort();
  }, [api, session, attempt]);
  if (passkeys === null) {
    if (fault === null) return null;
    const retry = () => {
      setFault(null);
      setAttempt(attempt + 1);
    };
    return <LoadFailed title={t('settings.load_failed')} error={fault} onRetry={retry} />;
  }
  const obstacle = passkeyObstacle(passkeys);
  return (
    <div className="factor-choices">
      <p className="label">{say('required.choose')}</p>
      <button type="button" className="factor-choice" onClick={() => onChoose('totp')}>
        <Smartphone size={20} strokeWidth={1.5} aria-hidden="true" />
        <span>
          <b>{say('factors.kind.totp')}</b>
          <span className="caption block">{say('required.totp.hint')}</span>
        </span>
      </button>
      <button type="button" className="factor-choice" disabled={obstacle !== null} onClick={() => onChoose('passkey')}>
        <Fingerprint size={20} strokeWidth={1.5} aria-hidden="true" />
        <span>
          <b>{say('factors.kind.passkey')}</b>
          <span className="caption block">
            {obstacle === null
              ? say('required.passkey.hint')
              : obstacle.text === 'passkey.elsewhere'
                ? say(obstacle.text, { origin: obstacle.origin })
                : say(obstacle.text)}
          </span>
        </span>
      </button>
    </div>
  );
}
