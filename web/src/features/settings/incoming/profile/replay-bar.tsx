// The bar that takes in again what was refused, where nothing has to be saved first.

import { createPortal } from 'react-dom';
import { toast } from '../../../../components/ui/toast.ts';
import { errorText } from '../../../../i18n/error-text.ts';
import { useIncomingText } from '../use-incoming-text.ts';
import { useReplay } from './use-replay.ts';
import '../../../../styles/limits.css';

export function ReplayBar({ streamId, refused }: { streamId: string; refused: number }) {
  const { t, say } = useIncomingText();
  const { replayed, replay } = useReplay();
  return createPortal(
    <section className="save-bar glass" aria-label={say('replay')}>
      <b className="min-w-0 flex-1">
        {replayed === null
          ? say('replay.kept', { count: refused })
          : say('replay.running', { done: replayed, count: refused })}
      </b>
      <button
        type="button"
        className="button button-primary"
        disabled={replayed !== null}
        onClick={() => void replay(streamId).catch((error: unknown) => toast.error(errorText(t, error)))}
      >
        {say('replay')}
      </button>
    </section>,
    document.body,
  );
}
