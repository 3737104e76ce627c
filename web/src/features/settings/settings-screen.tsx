// The settings screen: the list of sections at the left, one of them at the right.

import { Link, useParams } from '@tanstack/react-router';
import { Suspense, useEffect, useRef } from 'react';
import { useSessionState } from '../../api/use-api.ts';
import { keepPanelFilters } from '../../components/domain/links.ts';
import { useText } from '../../i18n/use-text.ts';
import { Forbidden, FormSkeleton, NoSuchSection } from './section-states.tsx';
import { SECTIONS, type Section } from './sections.ts';
import '../../styles/settings.css';

export function SettingsScreen() {
  const { t } = useText();
  const { section: id = 'thresholds' } = useParams({ strict: false });
  const session = useSessionState();
  const may = ({ permission }: Section) =>
    permission === null || (session.phase === 'signed-in' && session.user.permissions.includes(permission));
  const section = SECTIONS.find((each) => each.id === id);
  return (
    <div className="settings">
      <title>{`${t(section?.label ?? 'app.settings')} · GONSTERS`}</title>
      <SectionList sections={SECTIONS.filter(may)} current={id} />
      <div className="column">
        {section === undefined ? (
          <NoSuchSection />
        ) : (
          <>
            <div className="page-head">
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

function SectionList({ sections, current }: { sections: readonly Section[]; current: string }) {
  const { t } = useText();
  const ref = useRef<HTMLElement>(null);
  // On a phone the list is one line that scrolls sideways: where one is must be in sight.
  // biome-ignore lint/correctness/useExhaustiveDependencies: anew with every section
  useEffect(() => {
    const link = ref.current?.querySelector<HTMLElement>('[aria-current]');
    if (ref.current && link) ref.current.scrollLeft = link.offsetLeft - 24;
  }, [current]);
  return (
    <nav ref={ref} className="settings-nav" aria-label={t('app.settings')}>
      {sections.map(({ id, icon: Icon, label }) => (
        <Link
          key={id}
          to="/settings/{-$section}"
          params={{ section: id }}
          search={keepPanelFilters}
          activeOptions={{ exact: true, includeSearch: false }}
          aria-current={id === current ? 'page' : undefined}
        >
          <Icon size={16} strokeWidth={1.5} aria-hidden="true" />
          {t(label)}
        </Link>
      ))}
    </nav>
  );
}
