// The options of an export. The server makes the file, and the export continues while other screens are used.

import { INTERVALS, type IntervalName } from '@gonsters/contract';
import { type ReactNode, useState } from 'react';
import type { CsvChoice } from '../../../api/export-api.ts';
import type { TimeSpan } from '../../../charts/history/history-zoom.ts';
import { useExports } from '../../../components/domain/export/use-exports.ts';
import type { MetricView } from '../../../components/domain/metrics/metric-view.ts';
import { ZoneField } from '../../../components/domain/zones/zone-field.tsx';
import { FormDialog } from '../../../components/ui/dialog/form-dialog.tsx';
import { FaultText, Field } from '../../../components/ui/form/field.tsx';
import { Segments } from '../../../components/ui/form/segments.tsx';
import type { Language } from '../../../i18n/text.ts';
import { useText } from '../../../i18n/use-text.ts';
import { intervalText } from '../range/interval-text.ts';
import { useZoneFormat } from '../range/use-zone-format.ts';
import { isSeed } from '../table/table-columns.ts';
import { exportFilename } from './export-filename.ts';

type Format = 'csv' | 'parquet';

/** What spreadsheets of the language expect. */
const CSV_OF: Record<Language, CsvChoice> = {
  en: { delimiter: ',', decimal: 'point', time: 'iso' },
  id: { delimiter: ';', decimal: 'comma', time: 'excel' },
};

/** The chosen ones; the metrics that every plant has come together. */
const proposed = (metrics: readonly MetricView[], chosen: readonly string[]): string[] =>
  metrics.map(({ name }) => name).filter((name) => chosen.includes(name) || (chosen.every(isSeed) && isSeed(name)));

export function ExportDialog({
  format: wanted,
  machines,
  focusId,
  metrics,
  chosen: chosenMetrics,
  whole,
  view,
  zone: shownZone,
  onClose,
}: {
  format: Format;
  machines: readonly { id: string; name: string }[];
  focusId: string;
  /** Of the machine in focus. */
  metrics: readonly MetricView[];
  /** Names of those that are looked at. */
  chosen: readonly string[];
  whole: TimeSpan;
  /** null where all of it is shown. */
  view: TimeSpan | null;
  zone: string;
  onClose: () => void;
}) {
  const { t, language } = useText();
  const exports = useExports();
  const [format, setFormat] = useState<Format>(wanted);
  const [csv, setCsv] = useState<CsvChoice>(CSV_OF[language]);
  const [units, setUnits] = useState<'display' | 'stored'>('display');
  const [zone, setZone] = useState(shownZone);
  const [interval, setInterval] = useState<IntervalName>('raw');
  const [fields, setFields] = useState<readonly string[]>(() => proposed(metrics, chosenMetrics));
  const [part, setPart] = useState<'whole' | 'shown'>('whole');
  const [which, setWhich] = useState<'one' | 'all'>('one');
  const times = useZoneFormat(zone);
  const focus = machines.find((machine) => machine.id === focusId);
  const range = part === 'shown' && view ? view : whole;
  const chosen = which === 'all' ? machines : machines.filter((machine) => machine.id === focusId);
  const submit = () => {
    if (fields.length === 0) return;
    exports.add(
      chosen.map(({ id, name }) => ({
        machineName: name,
        filename: exportFilename(name, range, zone, interval, format),
        asked: { machineId: id, format, interval, fields, zone, units, csv, ...range },
      })),
    );
    onClose();
  };
  const toggle = (name: string, wants: boolean) =>
    setFields(metrics.map((metric) => metric.name).filter((each) => (each === name ? wants : fields.includes(each))));
  return (
    <FormDialog
      title={t('export.title')}
      lead={`${which === 'all' ? t('export.which.all', { count: machines.length }) : (focus?.name ?? '')}, ${times.moment(range.fromMs)} – ${times.moment(range.toMs)}`}
      onSubmit={submit}
      onClose={onClose}
      submitLabel={t('export.start')}
    >
      <div className="export-choices">
        <Labelled label={t('export.format')}>
          <Segments
            label={t('export.format')}
            value={format}
            choices={[
              { value: 'csv', label: t('export.csv') },
              { value: 'parquet', label: t('export.parquet') },
            ]}
            onChoose={setFormat}
          />
        </Labelled>
        {format === 'csv' ? (
          <Labelled label={t('export.delimiter')} hint={t('export.delimiter.hint')}>
            <Segments
              label={t('export.delimiter')}
              value={csv.delimiter}
              choices={[
                { value: ';', label: `; ${t('export.delimiter.semicolon')}` },
                { value: ',', label: `, ${t('export.delimiter.comma')}` },
              ]}
              onChoose={(delimiter) => setCsv({ ...csv, delimiter })}
            />
          </Labelled>
        ) : null}
        {format === 'csv' ? (
          <>
            <Labelled label={t('export.decimal')}>
              <Segments
                label={t('export.decimal')}
                value={csv.decimal}
                choices={[
                  { value: 'point', label: '12.5' },
                  { value: 'comma', label: '12,5' },
                ]}
                onChoose={(decimal) => setCsv({ ...csv, decimal })}
              />
            </Labelled>
            <Labelled
              label={t('export.time')}
              hint={t(csv.time === 'iso' ? 'export.time.iso.hint' : 'export.time.excel.hint')}
            >
              <Segments
                label={t('export.time')}
                value={csv.time}
                choices={[
                  { value: 'iso', label: 'ISO 8601' },
                  { value: 'excel', label: t('export.time.excel') },
                ]}
                onChoose={(time) => setCsv({ ...csv, time })}
              />
            </Labelled>
          </>
        ) : null}
        <Labelled label={t('export.units')}>
          <Segments
            label={t('export.units')}
            value={units}
            choices={[
              { value: 'display', label: t('export.units.display') },
              { value: 'stored', label: t('export.units.stored') },
            ]}
            onChoose={setUnits}
          />
        </Labelled>
        {view ? (
          <Labelled label={t('export.part')}>
            <Segments
              label={t('export.part')}
              value={part}
              choices={[
                { value: 'whole', label: t('export.part.whole') },
                { value: 'shown', label: t('export.part.shown') },
              ]}
              onChoose={setPart}
            />
          </Labelled>
        ) : null}
        {machines.length > 1 ? (
          <Labelled label={t('export.which')}>
            <Segments
              label={t('export.which')}
              value={which}
              choices={[
                { value: 'one', label: t('export.which.one', { machine: focus?.name ?? '' }) },
                { value: 'all', label: t('export.which.all', { count: machines.length }) },
              ]}
              onChoose={setWhich}
            />
          </Labelled>
        ) : null}
        <Field label={t('history.interval')}>
          {(field) => (
            <select
              className="input input-select"
              {...field}
              value={interval}
              onChange={(event) => setInterval(event.target.value as IntervalName)}
            >
              {INTERVALS.map((name) => (
                <option key={name} value={name}>
                  {intervalText(t, name)}
                </option>
              ))}
            </select>
          )}
        </Field>
        {format === 'csv' ? (
          <ZoneField label={t('history.zone')} hint={t('export.zone.hint')} zone={zone} onChange={setZone} />
        ) : null}
        <fieldset className="field">
          <legend className="label">{t('export.fields')}</legend>
          <div className="export-fields">
            {metrics.map(({ name, label, unit }) => (
              <label key={name} className="export-field">
                <input
                  type="checkbox"
                  checked={fields.includes(name)}
                  onChange={(event) => toggle(name, event.target.checked)}
                />
                {label} <span className="caption">{unit}</span>
              </label>
            ))}
          </div>
          {fields.length === 0 ? <FaultText>{t('export.fields.none')}</FaultText> : null}
        </fieldset>
      </div>
    </FormDialog>
  );
}

function Labelled({ label, hint, children }: { label: string; hint?: string; children: ReactNode }) {
  return (
    <div className="field">
      <span className="label" aria-hidden="true">
        {label}
      </span>
      <div className="scroll-x">{children}</div>
      {hint === undefined ? null : <span className="caption">{hint}</span>}
    </div>
  );
}
