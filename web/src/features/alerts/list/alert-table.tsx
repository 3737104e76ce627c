// A virtualized table of alerts that scrolls with the page; on a phone a list of cards.

import type { Alert } from '@gonsters/contract';
import { type ReactNode, useEffect, useRef } from 'react';
import { HeadCells } from '../../../components/ui/head-cells.tsx';
import { useMedia } from '../../../components/ui/use-media.ts';
import { usePageRows } from '../../../components/ui/virtual-page-rows.tsx';
import { useText } from '../../../i18n/use-text.ts';
import '../../../styles/alerts.css';
import { AlertCard } from './alert-card.tsx';
import { AlertCells } from './alert-cells.tsx';
import type { TableRow } from './alert-table-rows.ts';

const ROW_PX = 46;
const CARD_PX = 156;
const HEADING_PX = 34;
const COLUMNS = 11;

export interface Selection {
  has: (alert: Alert) => boolean;
  /** The same function for as long as the table is mounted. */
  toggle: (alert: Alert) => void;
  /** Of the alerts listed: none, some or all of them. */
  extent: 'none' | 'some' | 'all';
  toggleAll: () => void;
}

export function AlertTable({
  label,
  rows,
  withLocation,
  withDay = false,
  own = false,
  selection = null,
  picking = false,
  end = null,
}: {
  label: string;
  rows: readonly TableRow[];
  /** Where no heading names it. */
  withLocation: boolean;
  /** Headings name the day, so a time needs none. */
  withDay?: boolean;
  /** All of them are of one machine: its name needs no column. */
  own?: boolean;
  selection?: Selection | null;
  /** Cards show their checkbox. */
  picking?: boolean;
  end?: ReactNode;
}) {
  const { format } = useText();
  const phone = useMedia('(max-width: 767px)');
  const body = useRef<HTMLTableSectionElement>(null);
  const list = useRef<HTMLUListElement>(null);
  const { virtual, items, totalPx, topOf } = usePageRows(phone ? list : body, {
    count: rows.length,
    sizeOf: (index) => (rows[index]?.kind === 'heading' ? HEADING_PX : phone ? CARD_PX : ROW_PX),
    keyOf: (index) => rows[index]?.key ?? index,
    overscan: 6,
  });
  const height = { height: totalPx };
  const lines = items.map((item) => {
    const row = rows[item.index];
    if (!row) return null;
    const place = {
      ref: virtual.measureElement,
      'data-index': item.index,
      'data-key': item.key,
      style: { transform: `translateY(${topOf(item)}px)` },
    };
    if (row.kind === 'heading') {
      const text = (
        <>
          {row.title} <span>{format.number(row.count)}</span>
        </>
      );
      return phone ? (
        <li key={item.key} className="alert-line" {...place}>
          <h3 className="alert-group">{text}</h3>
        </li>
      ) : (
        <tr key={item.key} className="alert-line" {...place}>
          <th className="alert-group" colSpan={COLUMNS} scope="rowgroup">
            {text}
          </th>
        </tr>
      );
    }
    const line = { alert: row.alert, selected: selection?.has(row.alert) ?? false };
    return phone ? (
      <li key={item.key} className="alert-line" {...place}>
        <AlertCard {...line} onToggle={picking && selection ? selection.toggle : null} />
      </li>
    ) : (
      <tr
        key={item.key}
        className={`alert-line alert-row ${line.selected ? 'is-selected' : ''}`}
        aria-rowindex={item.index + 2}
        {...place}
      >
        <AlertCells {...line} withLocation={withLocation} withDay={withDay} onToggle={selection?.toggle ?? null} />
      </tr>
    );
  });
  if (phone) {
    return (
      <>
        <ul ref={list} className="relative" aria-label={label} style={height}>
          {lines}
        </ul>
        {end}
      </>
    );
  }
  return (
    <>
      <table className={own ? 'alert-table is-own' : 'alert-table'} aria-label={label} aria-rowcount={rows.length + 1}>
        <thead>
          <HeadRow selection={selection} />
        </thead>
        <tbody ref={body} className="relative" style={height}>
          {lines}
        </tbody>
      </table>
      {end}
    </>
  );
}

function HeadRow({ selection }: { selection: Selection | null }) {
  const { t, format } = useText();
  const box = useRef<HTMLInputElement>(null);
  const extent = selection?.extent ?? 'none';
  useEffect(() => {
    if (box.current) box.current.indeterminate = extent === 'some';
  }, [extent]);
  const zone = format.zone(Date.now());
  const select = selection ? (
    <input
      ref={box}
      type="checkbox"
      className="checkbox"
      aria-label={t('alerts.select_all')}
      checked={extent === 'all'}
      onChange={selection.toggleAll}
    />
  ) : (
    t('alerts.column.select')
  );
  return (
    <tr className="alert-row alert-row-head">
      <HeadCells
        cells={[
          { key: 'select', label: select, hidden: selection === null },
          { key: 'severity', label: t('alerts.column.severity') },
          { key: 'machine', label: t('alerts.column.machine') },
          { key: 'condition', label: t('alerts.column.condition') },
          { key: 'value', label: t('alerts.column.value'), className: 'align-right' },
          { key: 'limit', label: t('alerts.column.limit'), className: 'align-right' },
          { key: 'peak', label: t('alerts.column.peak'), className: 'align-right wide-only' },
          { key: 'raised', label: t('alerts.column.raised', { zone }), className: 'gap' },
          { key: 'for', label: t('alerts.column.for'), className: 'align-right wide-only' },
          { key: 'state', label: t('alerts.column.state'), className: 'gap' },
          { key: 'actions', label: t('alerts.column.actions'), hidden: true },
        ]}
      />
    </tr>
  );
}
