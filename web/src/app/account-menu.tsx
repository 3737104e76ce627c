// Who is signed in, the language, and the way out.

import { Link } from '@tanstack/react-router';
import { CircleUser, Languages, LogOut } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';
import { useSession, useSessionState } from '../api/use-api.ts';
import { keepDocks } from '../components/keep-docks.ts';
import { useText } from '../i18n/use-text.ts';

export function AccountMenu() {
  const { t, language, setLanguage } = useText();
  const session = useSession();
  const state = useSessionState();
  const [open, setOpen] = useState(false);
  const ref = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (!open) return;
    const close = (event: Event) => {
      if (event instanceof KeyboardEvent ? event.key === 'Escape' : !ref.current?.contains(event.target as Node)) {
        setOpen(false);
      }
    };
    document.addEventListener('pointerdown', close);
    document.addEventListener('keydown', close);
    return () => {
      document.removeEventListener('pointerdown', close);
      document.removeEventListener('keydown', close);
    };
  }, [open]);
  if (state.phase !== 'signed-in') return null;
  const { username, role } = state.user;
  return (
    <div ref={ref} className="relative">
      <button type="button" className="avatar" aria-expanded={open} onClick={() => setOpen(!open)}>
        <span aria-hidden="true">{initials(username)}</span>
        <span className="sr-only">{t('app.account', { name: username, role })}</span>
      </button>
      {open ? (
        <div className="menu glass">
          <div className="menu-who">
            <b className="t1 el block">{username}</b>
            <span className="cap">{role}</span>
          </div>
          <Link
            to="/settings/{-$section}"
            params={{ section: 'account' }}
            search={keepDocks}
            className="menu-item"
            onClick={() => setOpen(false)}
          >
            <CircleUser size={16} strokeWidth={1.5} aria-hidden="true" />
            {t('settings.account')}
          </Link>
          <button
            type="button"
            className="menu-item"
            lang={language === 'en' ? 'id' : 'en'}
            onClick={() => setLanguage(language === 'en' ? 'id' : 'en')}
          >
            <Languages size={16} strokeWidth={1.5} aria-hidden="true" />
            {t('app.language.other')}
          </button>
          <button type="button" className="menu-item" onClick={() => void session.signOut()}>
            <LogOut size={16} strokeWidth={1.5} aria-hidden="true" />
            {t('app.sign_out')}
          </button>
        </div>
      ) : null}
    </div>
  );
}

function initials(name: string): string {
  const [first = '', second = ''] = name.split(/[._\-\s]+/);
  return `${first.slice(0, 1)}${second.slice(0, 1) || first.slice(1, 2)}`.toUpperCase();
}
