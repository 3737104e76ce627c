// The source of an import: a file, dropped or chosen, or text pasted from a spreadsheet.

import { FileUp } from 'lucide-react';
import { type DragEvent, useRef, useState } from 'react';
import { FaultText, Field } from '../../../components/ui/form/field.tsx';
import { useText } from '../../../i18n/use-text.ts';
import { ExportMachines } from './export-machines.tsx';
import { MAX_MACHINES } from './machine-table.ts';
import type { MachineImport, ReadFault } from './use-machine-import.ts';

export function PickSource({ work }: { work: MachineImport }) {
  const { t } = useText();
  const input = useRef<HTMLInputElement>(null);
  const [over, setOver] = useState(false);
  const [text, setText] = useState('');
  const take = (files: FileList | null) => {
    const file = files?.[0];
    if (file) void work.read(file, file.name);
  };
  const drop = {
    onDragOver: (event: DragEvent) => {
      event.preventDefault();
      setOver(true);
    },
    onDragLeave: () => setOver(false),
    onDrop: (event: DragEvent) => {
      event.preventDefault();
      setOver(false);
      take(event.dataTransfer.files);
    },
  };
  return (
    <>
      <div className={`drop-zone ${over ? 'is-over' : ''}`} {...drop}>
        <FileUp size={24} strokeWidth={1.2} aria-hidden="true" />
        <span className="hidden tablet:block">{t('import.drop')}</span>
        <button type="button" className="button" disabled={work.reading} onClick={() => input.current?.click()}>
          {t(work.reading ? 'import.reading' : 'import.pick')}
        </button>
        <input
          ref={input}
          type="file"
          hidden
          tabIndex={-1}
          aria-label={t('import.pick')}
          accept=".csv,.tsv,.txt,.json,text/csv,application/json"
          onChange={(event) => {
            take(event.target.files);
            // The same file again, after it was mended, is a change too.
            event.target.value = '';
          }}
        />
      </div>
      <Field label={t('import.paste')}>
        {(field) => (
          <textarea
            {...field}
            className="input json"
            spellCheck={false}
            value={text}
            onChange={(event) => setText(event.target.value)}
          />
        )}
      </Field>
      {text.trim() === '' ? null : (
        <button
          type="button"
          className="button button-primary justify-self-end"
          disabled={work.reading}
          onClick={() => void work.read(text, t('import.pasted'))}
        >
          {t('import.read')}
        </button>
      )}
      <SourceFault fault={work.readFault} />
      <ExportMachines />
    </>
  );
}

function SourceFault({ fault }: { fault: ReadFault | null }) {
  const { t } = useText();
  if (fault === null) return null;
  if (fault === 'empty') return <FaultText>{t('import.empty')}</FaultText>;
  if (fault === 'too_many') return <FaultText>{t('import.too_many', { count: MAX_MACHINES })}</FaultText>;
  if (fault === 'unreadable') return <FaultText>{t('import.unreadable')}</FaultText>;
  return <FaultText>{t('import.not_json', { reason: fault.notJson })}</FaultText>;
}
