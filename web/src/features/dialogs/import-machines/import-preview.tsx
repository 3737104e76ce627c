// The preview of an import: column assignment, first rows, and every row that cannot be imported.

import { FaultText } from '../../../components/ui/form/field.tsx';
import { errorText } from '../../../i18n/error-text.ts';
import { useText } from '../../../i18n/use-text.ts';
import { FIELD_LABELS, STATUS_LABELS } from '../machine-fields.ts';
import { ImportFaults } from './import-faults.tsx';
import { type Column, ignoredColumns, OPTIONAL } from './machine-columns.ts';
import type { LoadedFile, MachineImport } from './use-machine-import.ts';

const FIRST_ROWS = 5;
const COLUMNS = Object.keys(FIELD_LABELS) as Column[];

export function ImportPreview({
  work,
  file,
  wrong,
  leaveOut,
  onLeaveOut,
}: {
  work: MachineImport;
  file: LoadedFile;
  /** Rows with a fault. */
  wrong: ReadonlySet<number>;
  leaveOut: boolean;
  onLeaveOut: (leaveOut: boolean) => void;
}) {
  const { t } = useText();
  const ignored = ignoredColumns(file.table.header, file.columns);
  return (
    <>
      <ColumnChoices work={work} file={file} />
      {ignored.length === 0 ? null : <p className="caption">{t('import.ignored', { columns: ignored.join(', ') })}</p>}
      <FirstRows file={file} wrong={wrong} />
      {work.sendError === null ? null : (
        <FaultText>{t('import.failed', { reason: errorText(t, work.sendError) })}</FaultText>
      )}
      {wrong.size === 0 ? null : (
        <ImportFaults
          faults={work.faults}
          count={wrong.size}
          refused={work.refused}
          leaveOut={leaveOut}
          onLeaveOut={onLeaveOut}
        />
      )}
    </>
  );
}

function ColumnChoices({ work, file }: { work: MachineImport; file: LoadedFile }) {
  const { t } = useText();
  const { header } = file.table;
  return (
    <fieldset className="column-choices" aria-label={t('import.columns')} disabled={work.sending}>
      {COLUMNS.map((column) => (
        <label key={column} className="field">
          <span className="label">{t(FIELD_LABELS[column])}</span>
          <select
            className={`input input-select ${!OPTIONAL.has(column) && file.columns[column] < 0 ? 'input-invalid' : ''}`}
            value={file.columns[column]}
            onChange={(event) => void work.chooseColumns({ ...file.columns, [column]: Number(event.target.value) })}
          >
            <option value={-1}>{t(absentText(column))}</option>
            {header.map((name, index) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: a header may have a name twice, and never changes
              <option key={index} value={index}>
                {name || `#${index + 1}`}
              </option>
            ))}
          </select>
        </label>
      ))}
    </fieldset>
  );
}

function absentText(column: Column) {
  if (column === 'status') return 'import.status_default';
  return OPTIONAL.has(column) ? 'import.column_none' : 'import.column_missing';
}

function FirstRows({ file, wrong }: { file: LoadedFile; wrong: ReadonlySet<number> }) {
  const { t, format } = useText();
  const { rows } = file.checked;
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls sideways, by key too
    <section className="inset preview" aria-label={t('import.first_rows')} tabIndex={0}>
      <table>
        <thead>
          <tr>
            <th scope="col">{t('import.row')}</th>
            {COLUMNS.map((column) => (
              <th key={column} scope="col">
                {t(FIELD_LABELS[column])}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.slice(0, FIRST_ROWS).map(({ row, machine }) => (
            <tr key={row} className={wrong.has(row) ? 'is-wrong' : ''}>
              <td className="number">{format.number(row)}</td>
              <td className="id text-strong">{machine.name}</td>
              <td>{machine.location}</td>
              <td>{machine.sensor_type}</td>
              <td>{t(STATUS_LABELS[machine.status])}</td>
              <td className="id">{machine.aliases?.join(', ')}</td>
              <td>{machine.factory_id}</td>
              <td className="number">{Number.isNaN(machine.inactivity_timeout) ? '—' : machine.inactivity_timeout}</td>
              <td className="id">{machine.machine_id}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {rows.length > FIRST_ROWS ? (
        <p className="caption">{t('dialog.more', { count: rows.length - FIRST_ROWS })}</p>
      ) : null}
    </section>
  );
}
