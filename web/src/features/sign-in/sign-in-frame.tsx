// What every screen has on which nobody is signed in: the background, a card with the logo, and the choice of the language.

import type { ReactNode } from 'react';
import { CellBackground } from '../../components/ui/cell-background.tsx';
import { Logo } from '../../components/ui/logo.tsx';
import { useSignInText } from './use-sign-in-text.ts';
import '../../styles/sign-in-steps.css';

export function SignInFrame({ title, lead, children }: { title: string; lead: ReactNode; children: ReactNode }) {
  const { say, language, setLanguage } = useSignInText();
  return (
    <main className="sign">
      <title>{`${title} · GONSTERS`}</title>
      <CellBackground />
      <div className="dialog glass">
        <div className="sign-card">
          <Logo />
          <div>
            <h1>{title}</h1>
            {lead === null ? null : <p className="mt-1 text-text-3">{lead}</p>}
          </div>
          {children}
        </div>
      </div>
      <p className="sign-foot">
        {say('server')} ·{' '}
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
