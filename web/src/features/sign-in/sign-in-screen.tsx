// The sign-in screen. It leaves the address as it is, so that the requested screen follows.

import { Eye, EyeOff } from 'lucide-react';
import { type FormEvent, useId, useState } from 'react';
import { ApiError } from '../../api/http/send.ts';
import { useSession } from '../../api/use-api.ts';
import { StatusMark } from '../../components/domain/machines/status-mark.tsx';
import { CellBackground } from '../../components/ui/cell-background.tsx';
import { Logo } from '../../components/ui/logo.tsx';
import { errorText } from '../../i18n/error-text.ts';
import { useText } from '../../i18n/use-text.ts';

export function SignInScreen({ ended }: { ended: boolean }) {
  const { t, language, setLanguage } = useText();
  const session = useSession();
  const [name, setName] = useState('');
  const [password, setPassword] = useState('');
  const [shown, setShown] = useState(false);
  const [busy, setBusy] = useState(false);
  const [fault, setFault] = useState<string | null>(null);
  const ids = { name: useId(), password: useId(), fault: useId() };
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setBusy(true);
    setFault(null);
    try {
      await session.signIn(name.trim(), password);
    } catch (error) {
      setFault(error instanceof ApiError && error.status === 401 ? t('sign_in.wrong') : errorText(t, error));
      setBusy(false);
    }
  };
  const described = fault === null ? {} : { 'aria-describedby': ids.fault, 'aria-invalid': true };
  const SeeIcon = shown ? EyeOff : Eye;
  return (
    <main className="sign">
      <title>{`${t('sign_in.title')} · GONSTERS`}</title>
      <CellBackground />
      <form className="dialog glass" onSubmit={(event) => void submit(event)}>
        <div className="sign-card">
          <Logo />
          <div>
            <h1>{t('sign_in.title')}</h1>
            <p className="mt-1 text-text-3">{t('sign_in.lead')}</p>
          </div>
          <div className="field">
            <label className="label" htmlFor={ids.name}>
              {t('sign_in.name')}
            </label>
            <span className={`input ${fault ? 'input-invalid' : ''}`}>
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
              {t('sign_in.password')}
            </label>
            <span className={`input ${fault ? 'input-invalid' : ''}`}>
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
                aria-label={t('sign_in.show')}
                aria-pressed={shown}
                onClick={() => setShown(!shown)}
              >
                <SeeIcon size={16} strokeWidth={1.5} />
              </button>
            </span>
          </div>
          {fault === null ? null : (
            <p id={ids.fault} className="fault" role="alert">
              <StatusMark condition="critical_acked" />
              {fault}
            </p>
          )}
          <button type="submit" className="button button-primary w-full" disabled={busy}>
            {t(busy ? 'sign_in.busy' : 'sign_in.submit')}
          </button>
          {ended && fault === null ? <p className="caption text-center">{t('sign_in.ended')}</p> : null}
        </div>
      </form>
      <p className="sign-foot">
        {t('sign_in.server')} ·{' '}
        <button type="button" lang="en" aria-pressed={language === 'en'} onClick={() => setLanguage('en')}>
          English
        </button>
        /
        <button type="button" lang="id" aria-pressed={language === 'id'} onClick={() => setLanguage('id')}>
          Bahasa Indonesia
        </button>
      </p>
    </main>
  );
}
