// The rows that cannot be imported, each with all its faults, and a checkbox to leave them out.

import { StatusMark } from '../../../components/domain/machines/status-mark.tsx';
import { serverMessage } from '../../../i18n/server-message.ts';
import { type Texts, useText } from '../../../i18n/use-text.ts';
import { FIELD_LABELS, MAX_LENGTHS } from '../machine-fields.ts';
import { MAX_TIMEOUT_S, type RowFault } from './machine-rows.ts';

const SHOWN = 100;

export function ImportFaults({
  faults,
  count,
  refused,
  leaveOut,
  onLeaveOut,
}: {
  faults: readonly RowFault[];
  /** Rows that have them. */
  count: number;
  refused: boolean;
  leaveOut: boolean;
  onLeaveOut: (leaveOut: boolean) => void;
}) {
  const texts = useText();
  const { t, format } = texts;
  return (
    <section className="inset result" role="alert">
      <h3 className="status crit">
        <StatusMark condition="error" />
        {refused ? t('import.none_added') : t('import.wrong_rows', { count })}
      </h3>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, by key too */}
      <ul className="fault-list" aria-label={t('import.wrong_rows', { count })} tabIndex={0}>
        {faults.slice(0, SHOWN).map((fault, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: a row may have several, and they have nothing else
          <li key={index}>
            <span className="number text-strong">
              {t('import.row')} {format.number(fault.row)}
            </span>
            <span>{faultLine(texts, fault)}</span>
          </li>
        ))}
        {faults.length > SHOWN ? (
          <li className="caption">{t('dialog.more', { count: faults.length - SHOWN })}</li>
        ) : null}
      </ul>
      <label className="check">
        <input type="checkbox" checked={leaveOut} onChange={(event) => onLeaveOut(event.target.checked)} />
        {t('import.leave_out', { count })}
      </label>
    </section>
  );
}

function faultLine({ t, format }: Texts, fault: RowFault): string {
  switch (fault.kind) {
    case 'empty':
    case 'control':
    case 'hidden':
      return t(`import.fault.${fault.kind}`, { field: t(FIELD_LABELS[fault.field]) });
    case 'too_long':
      return t('import.fault.too_long', { field: t(FIELD_LABELS[fault.field]), count: MAX_LENGTHS[fault.field] });
    case 'timeout':
      return t('import.fault.timeout', { value: fault.value, max: format.number(MAX_TIMEOUT_S) });
    case 'status':
    case 'machine_id':
    case 'taken':
    case 'owned':
      return t(`import.fault.${fault.kind}`, { value: fault.value });
    case 'duplicate':
      return t('import.fault.duplicate', { row: fault.of });
    case 'other':
      return serverMessage(t, fault.text);
  }
}
