// Links to a template file and to an export of all machines, which can be imported again.

import { useMutation } from '@tanstack/react-query';
import { Download } from 'lucide-react';
import { saveBlob } from '../../../api/http/file-target.ts';
import { NO_FILTER } from '../../../api/machines-api.ts';
import { useApi } from '../../../api/use-api.ts';
import { FaultText } from '../../../components/ui/form/field.tsx';
import { errorText } from '../../../i18n/error-text.ts';
import { useText } from '../../../i18n/use-text.ts';

/** The mark tells a spreadsheet that it is UTF-8. */
const TEMPLATE = '\uFEFFname,location,sensor_type,status,aliases\r\nPress 1,Hall A,press,active,SN 4711\r\n';

export function ExportMachines() {
  const { t } = useText();
  const api = useApi();
  const { mutate, isPending, error } = useMutation({
    mutationFn: (format: 'csv' | 'json') => api.downloadMachines(NO_FILTER, 'name', format),
  });
  return (
    <>
      <div className="file-row">
        <button type="button" className="button button-small" onClick={saveTemplate}>
          <Download size={16} strokeWidth={1.5} aria-hidden="true" />
          {t('import.template')}
        </button>
        <span className="flex-1" />
        <span className="caption">{t('import.export')}</span>
        {(['csv', 'json'] as const).map((format) => (
          <button
            key={format}
            type="button"
            className="button button-small"
            aria-label={`${t('import.export')} ${format.toUpperCase()}`}
            disabled={isPending}
            onClick={() => mutate(format)}
          >
            {format.toUpperCase()}
          </button>
        ))}
      </div>
      {error ? <FaultText>{t('import.export_failed', { reason: errorText(t, error) })}</FaultText> : null}
    </>
  );
}

const saveTemplate = () => saveBlob(new Blob([TEMPLATE], { type: 'text/csv;charset=utf-8' }), 'machines-template.csv');
