// The running exports and their progress, on every screen, until each is done and dismissed.

import { Check, CircleAlert, Download, X } from 'lucide-react';
import { type ReactNode, useEffect } from 'react';
import '../../../styles/export.css';
import { errorText } from '../../../i18n/error-text.ts';
import { type Texts, useText } from '../../../i18n/use-text.ts';
import type { ExportJob } from './export-runner.ts';
import { useExportJobs, useExports } from './use-exports.ts';

const SEEN_MS = 10_000;
const MEGA = 1_000_000;
const ICON = { size: 16, strokeWidth: 1.5, 'aria-hidden': true } as const;

export function ExportPanel() {
  const { t } = useText();
  const jobs = useExportJobs();
  return (
    <section className="exports glass" aria-label={t('export.exports')}>
      {jobs.map((job) => (
        <JobRow key={job.id} job={job} />
      ))}
    </section>
  );
}

function JobRow({ job }: { job: ExportJob }) {
  const texts = useText();
  const { t } = texts;
  const runner = useExports();
  const { id, phase, machineName } = job;
  const format = job.asked.format === 'csv' ? 'CSV' : 'Parquet';
  useEffect(() => {
    if (phase !== 'done') return;
    const timer = setTimeout(() => runner.remove(id), SEEN_MS);
    return () => clearTimeout(timer);
  }, [phase, id, runner]);
  switch (phase) {
    case 'ready':
      return (
        <Row job={job} icon={<Download {...ICON} />} title={t('export.next', { machine: machineName })}>
          {runner.busy ? null : (
            <button type="button" className="button button-small" onClick={() => runner.start(id)}>
              {t('export.save')}
            </button>
          )}
        </Row>
      );
    case 'running':
      return (
        <Row
          job={job}
          icon={<Download {...ICON} />}
          title={t('export.running', { format, machine: machineName })}
          closeLabel={t('export.cancel', { machine: machineName })}
          bar
        >
          <span className="caption number-flat">{progressText(texts, job)}</span>
        </Row>
      );
    case 'done':
      return (
        <Row job={job} icon={<Check {...ICON} />} title={t('export.done', { file: job.filename })}>
          <span className="caption number-flat">{progressText(texts, job)}</span>
        </Row>
      );
    case 'failed':
      return (
        <Row
          job={job}
          icon={<CircleAlert {...ICON} className="crit" />}
          title={t('export.failed', { machine: machineName })}
        >
          <button type="button" className="button button-small" onClick={() => runner.start(id)}>
            {t('app.retry')}
          </button>
          <p className="caption w-full" role="alert">
            {t('export.failed.hint', { reason: errorText(t, job.error) })}
          </p>
        </Row>
      );
  }
}

function Row({
  job,
  icon,
  title,
  closeLabel,
  bar = false,
  children,
}: {
  job: ExportJob;
  icon: ReactNode;
  title: string;
  closeLabel?: string;
  bar?: boolean;
  children: ReactNode;
}) {
  const { t } = useText();
  const runner = useExports();
  const share = job.asked.format === 'csv' && job.totalRows ? Math.min(1, job.rows / job.totalRows) : null;
  return (
    <div className="export">
      <div className="export-line">
        {icon}
        <b className="ellipsis" role="status">
          {title}
        </b>
        {children}
        <button
          type="button"
          className="button button-quiet button-icon button-small"
          aria-label={closeLabel ?? t('app.close')}
          title={closeLabel ?? t('app.close')}
          onClick={() => runner.remove(job.id)}
        >
          <X size={16} strokeWidth={1.5} />
        </button>
      </div>
      {bar ? (
        <div
          className={`export-bar ${share === null ? 'is-open' : ''}`}
          role="progressbar"
          aria-label={title}
          {...(share === null
            ? {}
            : { 'aria-valuenow': Math.round(share * 100), 'aria-valuemin': 0, 'aria-valuemax': 100 })}
        >
          <i style={share === null ? undefined : { transform: `scaleX(${share})` }} />
        </div>
      ) : null}
    </div>
  );
}

function progressText({ t, format }: Texts, { asked, rows, totalRows, bytes }: ExportJob): string {
  if (asked.format === 'parquet')
    return bytes === 0 ? t('export.preparing') : t('export.size', { size: format.number(bytes / MEGA, 1) });
  if (totalRows === null) return t('export.preparing');
  return totalRows < MEGA
    ? t('export.rows', { rows, total: totalRows })
    : t('export.rows_millions', { rows: format.number(rows / MEGA, 1), total: format.number(totalRows / MEGA, 1) });
}
