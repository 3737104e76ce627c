// What a section shows instead of its content: loading, failed, no permission, not found.

import { Link } from '@tanstack/react-router';
import { CircleSlash, Lock } from 'lucide-react';
import { useSessionState } from '../../api/use-api.ts';
import { keepPanelFilters } from '../../components/domain/links.ts';
import { LoadFailed } from '../../components/ui/load-failed.tsx';
import { Skeleton } from '../../components/ui/skeleton.tsx';
import { StateMessage } from '../../components/ui/state-message.tsx';
import { useText } from '../../i18n/use-text.ts';

const ROWS = ['a', 'b', 'c', 'd', 'e', 'f'];

/** In the geometry of a card of settings. */
export function FormSkeleton() {
  const { t } = useText();
  return (
    <section className="card" aria-busy="true" aria-label={t('app.loading')}>
      <div className="card-head">
        <Skeleton width={160} height={14} />
      </div>
      {ROWS.map((row) => (
        <div key={row} className="setting-row">
          <span className="grid gap-2">
            <Skeleton width="30%" height={12} />
            <Skeleton width="60%" height={10} />
          </span>
          <span className="pair">
            <Skeleton width="100%" height={32} />
            <Skeleton width="100%" height={32} />
          </span>
        </div>
      ))}
    </section>
  );
}

/** In the geometry of a list. */
export function RowsSkeleton() {
  const { t } = useText();
  return (
    <div aria-busy="true" role="status" aria-label={t('app.loading')}>
      {ROWS.map((row) => (
        <div key={row} className="list-row">
          <Skeleton width="70%" height={14} />
        </div>
      ))}
    </div>
  );
}

export function SectionFailed({ error, onRetry }: { error: unknown; onRetry: () => unknown }) {
  const { t } = useText();
  return <LoadFailed title={t('settings.load_failed')} error={error} onRetry={onRetry} />;
}

/** Somebody followed an address that is not for his role. */
export function Forbidden() {
  const { t } = useText();
  const session = useSessionState();
  if (session.phase !== 'signed-in') return null;
  return (
    <section className="card">
      <StateMessage icon={Lock} title={t('settings.forbidden')} actions={<ToThresholds />}>
        {t('settings.forbidden.hint', { role: session.user.role })}
      </StateMessage>
    </section>
  );
}

export function NoSuchSection() {
  const { t } = useText();
  return (
    <section className="card">
      <StateMessage icon={CircleSlash} title={t('app.not_found')} actions={<ToThresholds />}>
        {t('app.not_found.hint')}
      </StateMessage>
    </section>
  );
}

function ToThresholds() {
  const { t } = useText();
  return (
    <Link to="/settings/{-$section}" params={{ section: 'thresholds' }} search={keepPanelFilters} className="button">
      {t('settings.view_thresholds')}
    </Link>
  );
}
