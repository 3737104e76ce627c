// The account of the signed-in user: profile, language, theme, and a link to the wallboard.

import { Link } from '@tanstack/react-router';
import { LogOut, MonitorPlay, ShieldCheck } from 'lucide-react';
import type { ReactNode } from 'react';
import { useSession, useSessionState } from '../../../api/use-api.ts';
import { keepPanelFilters } from '../../../components/domain/links.ts';
import { Segments } from '../../../components/ui/form/segments.tsx';
import { ThemeChoiceSegments } from '../../../components/ui/theme/theme-choice.tsx';
import { useSecurityText } from '../security/use-security-text.ts';
import { ROLE_HINTS } from './user-fields.tsx';

export function AccountSection() {
  const { t, say, format, language, setLanguage } = useSecurityText();
  const session = useSession();
  const state = useSessionState();
  if (state.phase !== 'signed-in') return null;
  const { user } = state;
  return (
    <>
      <section className="card">
        <div className="card-head">
          <h2>{user.username}</h2>
          <span className="flex-1" />
          <button type="button" className="button button-small" onClick={() => void session.signOut()}>
            <LogOut size={16} strokeWidth={1.5} aria-hidden="true" />
            {t('app.sign_out')}
          </button>
        </div>
        <Row title={t('users.role')} hint={t(ROLE_HINTS[user.role])}>
          {user.role}
        </Row>
        <Row title={t('users.email')}>{user.email}</Row>
        {user.department === null ? null : <Row title={t('users.department')}>{user.department}</Row>}
        {user.factory_id === null ? null : <Row title={t('users.factory')}>{user.factory_id}</Row>}
        <Row title={t('users.last_login')}>
          {user.last_login === null ? t('users.never') : format.moment(Date.parse(user.last_login))}
        </Row>
        <Row title={say('account.link')}>
          <Link
            to="/settings/{-$section}"
            params={{ section: 'security' }}
            search={keepPanelFilters}
            className="button"
          >
            <ShieldCheck size={16} strokeWidth={1.5} aria-hidden="true" />
            {say('account.link.open')}
          </Link>
        </Row>
      </section>
      <section className="card">
        <div className="card-head">
          <h2>{t('account.device')}</h2>
        </div>
        <Row title={t('app.language')}>
          <Segments
            label={t('app.language')}
            value={language}
            choices={[
              { value: 'en', label: <span lang="en">English</span> },
              { value: 'id', label: <span lang="id">Bahasa Indonesia</span> },
            ]}
            onChoose={setLanguage}
          />
        </Row>
        <Row title={t('theme.choice')}>
          <ThemeChoiceSegments />
        </Row>
        <Row title={t('account.kiosk')} hint={t('account.kiosk.hint')}>
          <Link to="/" search={{ kiosk: '1' }} className="button">
            <MonitorPlay size={16} strokeWidth={1.5} aria-hidden="true" />
            {t('account.kiosk.open')}
          </Link>
        </Row>
      </section>
    </>
  );
}

function Row({ title, hint, children }: { title: string; hint?: string; children: ReactNode }) {
  return (
    <div className="setting-row">
      <div>
        <h3>{title}</h3>
        {hint === undefined ? null : <span className="caption">{hint}</span>}
      </div>
      <div className="read-only">{children}</div>
    </div>
  );
}
