// The settings screen: the list of sections at the left, one of them at the right.

import { Link, useParams } from '@tanstack/react-router';
import { ChevronRight } from 'lucide-react';
import { Suspense } from 'react';
import { useSessionState } from '../../api/use-api.ts';
import { keepPanelFilters } from '../../components/domain/links.ts';
import { useText } from '../../i18n/use-text.ts';
import { Forbidden, FormSkeleton, NoSuchSection } from './section-states.tsx';
import { SECTIONS, type Section } from './sections.ts';
import { SettingsNav } from './settings-nav.tsx';
import '../../styles/settings.css';

export function SettingsScreen() {
  const { t } = useText();
  const { section: id = 'thresholds' } = useParams({ strict: false });
  const session = useSessionState();
  const may = ({ permission }: Section) =>
    permission === null || (session.phase === 'signed-in' && session.user.permissions.includes(permission));
  const section = SECTIONS.find((each) => each.id === id);
  const isWide = section?.isWide === true && may(section);
  return (
    <div className={`settings ${isWide ? 'is-wide' : ''}`}>
      <title>{`${t(section?.label ?? 'app.settings')} · GONSTERS`}</title>
      {isWide ? null : <SettingsNav sections={SECTIONS.filter(may)} current={id} />}
      <div className="column">
        {section === undefined ? (
          <NoSuchSection />
        ) : (
          <>
            <div className="page-head">
              {isWide ? (
                <Link to="/settings/{-$section}" search={keepPanelFilters} className="crumb">
                  {t('app.settings')}
                  <ChevronRight size={12} strokeWidth={1.5} aria-hidden="true" />
                </Link>
              ) : null}
              <h1>{t(section.title)}</h1>
            </div>
            {may(section) ? (
              <Suspense key={section.id} fallback={<FormSkeleton />}>
                <section.Content />
              </Suspense>
            ) : (
              <Forbidden />
            )}
          </>
        )}
      </div>
    </div>
  );
}
