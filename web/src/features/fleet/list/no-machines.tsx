// Shown in place of machines: loading failed, there are none, or none matches.

import { Boxes, ListFilter, Plus, RotateCcw } from 'lucide-react';
import { useMay } from '../../../api/use-api.ts';
import { useOpenDialog } from '../../../components/domain/dialogs.ts';
import { StateMessage } from '../../../components/ui/state-message.tsx';
import { errorText } from '../../../i18n/error-text.ts';
import { useText } from '../../../i18n/use-text.ts';
import { isFiltered } from '../filter/machine-search.ts';
import { useMachineSearch } from '../filter/use-machine-search.ts';

export function NoMachines({
  list,
}: {
  list: { phase: 'loading' | 'ready' | 'failed'; error: unknown; retry: () => void };
}) {
  const { t } = useText();
  const { search, clear } = useMachineSearch();
  if (list.phase === 'failed') {
    return (
      <StateMessage
        alert
        icon={RotateCcw}
        title={t('machines.failed')}
        actions={
          <button type="button" className="button" onClick={list.retry}>
            {t('app.retry')}
          </button>
        }
      >
        {errorText(t, list.error)}
      </StateMessage>
    );
  }
  if (!isFiltered(search)) return <NoneAtAll />;
  return (
    <StateMessage
      icon={ListFilter}
      title={t('machines.none_match')}
      actions={
        <button type="button" className="button" onClick={clear}>
          {t('machines.clear')}
        </button>
      }
    >
      {t('machines.none_match.hint')}
    </StateMessage>
  );
}

function NoneAtAll() {
  const { t } = useText();
  const openDialog = useOpenDialog();
  const mayAdd = useMay('write:machines');
  return (
    <StateMessage
      icon={Boxes}
      title={t('machines.empty')}
      actions={
        mayAdd ? (
          <>
            <button type="button" className="button button-primary" onClick={() => openDialog({ name: 'add-machine' })}>
              <Plus size={16} strokeWidth={1.5} aria-hidden="true" />
              {t('fleet.add')}
            </button>
            <button type="button" className="button" onClick={() => openDialog({ name: 'import-machines' })}>
              {t('fleet.import_csv')}
            </button>
          </>
        ) : undefined
      }
    >
      {t(mayAdd ? 'machines.empty.hint' : 'machines.empty.hint_reader')}
    </StateMessage>
  );
}
