// Where no screen can be shown: a wrong address, or a fault in the page itself.

import { Link } from '@tanstack/react-router';
import { CircleSlash, RotateCcw } from 'lucide-react';
import { StateMessage } from '../components/state-message.tsx';
import { useText } from '../i18n/use-text.ts';

export function NotFoundScreen() {
  const { t } = useText();
  return (
    <section className="card">
      <StateMessage
        icon={CircleSlash}
        title={t('app.not_found')}
        actions={
          <Link to="/" className="btn">
            {t('app.to_fleet')}
          </Link>
        }
      >
        {t('app.not_found.hint')}
      </StateMessage>
    </section>
  );
}

export function BrokenScreen({ reset }: { reset: () => void }) {
  const { t } = useText();
  return (
    <section className="card m-3">
      <StateMessage
        alert
        icon={RotateCcw}
        title={t('app.broken')}
        actions={
          <button type="button" className="btn" onClick={reset}>
            {t('app.retry')}
          </button>
        }
      >
        {t('app.broken.hint')}
      </StateMessage>
    </section>
  );
}
