// What a file or a template would change, as a list of sentences, before anything is changed.

import type { ImportReply, MetricDefinition, MetricFile } from '@gonsters/contract';
import { Check } from 'lucide-react';
import { useApi } from '../../../api/use-api.ts';
import { ErrorMark } from '../../../components/ui/form/error-mark.tsx';
import { toast } from '../../../components/ui/toast.ts';
import { useText } from '../../../i18n/use-text.ts';
import { useCatalogueChange } from '../use-catalogue.ts';
import { importSentences } from './import-text.ts';

export interface PlannedImport {
  title: string;
  /** What is sent again to make the changes. */
  file: unknown;
  preview: ImportReply;
}

export function ImportPreview({
  planned,
  metrics,
  onDone,
}: {
  planned: PlannedImport;
  metrics: readonly MetricDefinition[];
  onDone: () => void;
}) {
  const { t, format } = useText();
  const api = useApi();
  const { busy, run } = useCatalogueChange();
  const { preview } = planned;
  const labels = new Map([...newLabels(planned.file), ...metrics.map(({ name, label }) => [name, label] as const)]);
  const sentences = importSentences(t, format, preview, (name) => labels.get(name) ?? name);
  const count = preview.changes.length;
  const take = async () => {
    if (!(await run(() => api.importCatalogue(planned.file, false)))) return;
    toast.success(t('import_catalogue.done', { count }));
    onDone();
  };
  return (
    <section className="card" aria-label={planned.title}>
      <div className="card-head list-head-tools">
        <h2>{planned.title}</h2>
        <span className="caption">{t('import_catalogue.nothing_yet')}</span>
        <span className="flex-1" />
        <button type="button" className="button button-quiet" disabled={busy} onClick={onDone}>
          {t('app.cancel')}
        </button>
        {count === 0 ? null : (
          <button type="button" className="button button-primary" disabled={busy} onClick={() => void take()}>
            <Check size={16} strokeWidth={1.5} aria-hidden="true" />
            {t('import_catalogue.take', { count, total: count + preview.left_out.length })}
          </button>
        )}
      </div>
      <ul className="import-list">
        {sentences.map(({ key, mark, subject, field, change, machines }) => (
          <li key={key}>
            <b aria-label={t(mark === '+' ? 'import_catalogue.new' : 'import_catalogue.changed')} role="img">
              {mark}
            </b>
            <span>
              <span className="strong">{subject}</span>
              {change === null ? null : (
                <>
                  {`: ${field} `}
                  <s>{change.before}</s> → <span className="strong">{change.after}</span>
                </>
              )}
              {machines === 0 ? null : `, ${t('import_catalogue.machines', { count: machines })}`}
            </span>
          </li>
        ))}
        {preview.left_out.map(({ kind, name, error }) => (
          <li key={`${kind} ${name}`} className="left-out">
            <ErrorMark />
            <span>{t('import_catalogue.left_out', { name, error })}</span>
          </li>
        ))}
        {count === 0 ? <li>{t('import_catalogue.unchanged', { count: preview.unchanged })}</li> : null}
      </ul>
    </section>
  );
}

/** What the file calls the metrics that are not here yet. The server has read the file without a fault. */
function newLabels(file: unknown): (readonly [string, string])[] {
  const { metrics } = file as MetricFile;
  return metrics.map(({ name, label }) => [name, label ?? name] as const);
}
