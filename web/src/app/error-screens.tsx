// The screens for a wrong address, an error in the page itself, and a part of it that could not be loaded.

import { Link } from '@tanstack/react-router';
import { CircleSlash, RotateCcw, WifiOff } from 'lucide-react';
import { useEffect } from 'react';
import { keepPanelFilters } from '../components/domain/links.ts';
import { StateMessage } from '../components/ui/state-message.tsx';
import { useText } from '../i18n/use-text.ts';
import { isMissingChunk } from './missing-chunks.ts';
import { isNewBuild, reloadOnce } from './new-build.ts';

const RETRY_MS = 5_000;

export function NotFoundScreen() {
  const { t } = useText();
  return (
    <section className="card">
      <title>{`${t('app.not_found')} · GONSTERS`}</title>
      <StateMessage
        icon={CircleSlash}
        title={t('app.not_found')}
        actions={
          <Link to="/" search={keepPanelFilters} className="button">
            {t('app.to_fleet')}
          </Link>
        }
      >
        {t('app.not_found.hint')}
      </StateMessage>
    </section>
  );
}

export function ErrorScreen({ error, reset }: { error: unknown; reset: () => void }) {
  const { t } = useText();
  if (isMissingChunk(error)) return <MissingPart />;
  return (
    <section className="card">
      <StateMessage
        alert
        icon={RotateCcw}
        title={t('app.broken')}
        actions={
          <>
            <button type="button" className="button" onClick={reset}>
              {t('app.retry')}
            </button>
            <Link to="/" search={keepPanelFilters} className="button button-quiet" onClick={reset}>
              {t('app.to_fleet')}
            </Link>
          </>
        }
      >
        {t('app.broken.hint')}
      </StateMessage>
    </section>
  );
}

/** Browsers don't load a module again that failed once, so the page is; but not before there is a server to load it from. */
function MissingPart() {
  const { t } = useText();
  useEffect(() => {
    const timer = setInterval(
      () => void isNewBuild().then((answer) => (answer === null ? undefined : reloadOnce())),
      RETRY_MS,
    );
    return () => clearInterval(timer);
  }, []);
  return (
    <section className="card">
      <StateMessage
        alert
        icon={WifiOff}
        title={t('app.missing_part')}
        actions={
          <button type="button" className="button" onClick={() => window.location.reload()}>
            {t('app.reload')}
          </button>
        }
      >
        {t('app.missing_part.hint')}
      </StateMessage>
    </section>
  );
}
