// The dialog that imports machines from a file or a spreadsheet: choose, preview, import, result.

import { Link } from '@tanstack/react-router';
import { CircleCheck } from 'lucide-react';
import { useState } from 'react';
import { keepPanelFilters } from '../../../components/domain/links.ts';
import { Dialog, DialogCancel } from '../../../components/ui/dialog/dialog.tsx';
import { StateMessage } from '../../../components/ui/state-message.tsx';
import { useText } from '../../../i18n/use-text.ts';
import '../../../styles/dialogs.css';
import { ImportPreview } from './import-preview.tsx';
import { MAX_MACHINES } from './machine-table.ts';
import { PickSource } from './pick-source.tsx';
import { useMachineImport } from './use-machine-import.ts';

export function ImportDialog({ onClose }: { onClose: () => void }) {
  const { t } = useText();
  const work = useMachineImport();
  /** How many rows the user agreed to leave out. If the server refuses more, the user is asked again. */
  const [agreed, setAgreed] = useState(0);
  const { file, faults, done } = work;
  const title = t('dialog.import');
  if (done) {
    return (
      <Dialog
        title={title}
        onClose={onClose}
        actions={
          <>
            <button type="button" className="button button-quiet" onClick={work.startOver}>
              {t('import.another')}
            </button>
            <Link to="/machines" search={keepPanelFilters} className="button button-primary" onClick={onClose}>
              {t('import.show')}
            </Link>
          </>
        }
      >
        <div role="status">
          <StateMessage icon={CircleCheck} title={t('import.done', { count: done.added })}>
            {done.leftOut > 0 ? t('import.left_out', { count: done.leftOut }) : null}
          </StateMessage>
        </div>
      </Dialog>
    );
  }
  if (file === null) {
    return (
      <Dialog wide title={title} lead={t('import.lead', { count: MAX_MACHINES })} busy={work.reading} onClose={onClose}>
        <PickSource work={work} />
      </Dialog>
    );
  }
  const wrong = new Set(faults.map(({ row }) => row));
  const good = file.checked.rows.filter(({ row }) => !wrong.has(row));
  const leaveOut = agreed === wrong.size;
  const ready = good.length > 0 && leaveOut;
  return (
    <Dialog
      wide
      title={title}
      lead={`${file.name} · ${t('import.rows', { count: file.checked.rows.length })}`}
      busy={work.sending}
      unsaved={file.checked.rows.length > 0}
      onSubmit={() => (ready ? work.send(good) : undefined)}
      onClose={onClose}
      actions={
        <>
          <button
            type="button"
            className="button button-quiet"
            disabled={work.sending}
            onClick={() => {
              setAgreed(0);
              work.startOver();
            }}
          >
            {t('import.other_file')}
          </button>
          <span className="hidden flex-1 tablet:block" />
          <span className="hidden tablet:contents">
            <DialogCancel />
          </span>
          <button type="submit" className="button button-primary" disabled={!ready || work.sending}>
            {work.sending ? t('import.busy') : t('import.submit', { count: good.length })}
          </button>
        </>
      }
    >
      <ImportPreview
        work={work}
        file={file}
        wrong={wrong}
        leaveOut={leaveOut}
        onLeaveOut={(leave) => setAgreed(leave ? wrong.size : 0)}
      />
    </Dialog>
  );
}
