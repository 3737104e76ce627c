// The table of machines with all their values, sorted by its column heads; rows on a phone.

import type { MachineSort } from '@gonsters/contract';
import { ArrowDown, ArrowUp } from 'lucide-react';
import { Fragment, useCallback, useMemo, useRef, useState } from 'react';
import type { MachineOrder } from '../../../api/machines-api.ts';
import type { MetricView } from '../../../components/domain/metrics/metric-view.ts';
import { type FleetMetrics, useFleetMetrics } from '../../../components/domain/metrics/use-type-metrics.ts';
import { Skeleton } from '../../../components/ui/skeleton.tsx';
import { useMedia } from '../../../components/ui/use-media.ts';
import { gapBefore, SpacerRow } from '../../../components/ui/virtual-page-rows.tsx';
import { useText } from '../../../i18n/use-text.ts';
import { orderOf, readMachineSearch } from '../filter/machine-search.ts';
import { OrderChoice } from '../filter/order-choice.tsx';
import { useMachineSearch } from '../filter/use-machine-search.ts';
import { type ColumnChoice, columnsFor, readColumns, saveColumns } from './columns/column-choice.ts';
import { ColumnChooser } from './columns/column-chooser.tsx';
import { itemKey, tableItems } from './columns/table-groups.ts';
import { MachineListInPage } from './machine-list.tsx';
import { MachineTableRow } from './machine-table-row.tsx';
import { NoMachines } from './no-machines.tsx';
import { type MachineList, useMachineList } from './use-machine-list.ts';
import { moveInRows, useMoreAhead, useRowsInPage } from './use-virtual-rows.ts';

/** The page's header and the table's own head. */
const COVERED_PX = 96;
/** Condition, name, location, type (unless the rows are grouped by it), and last seen. */
const OTHER_COLUMNS = 5;
const SKELETON_ROWS = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i', 'j'];

export function FleetTable() {
  const { t } = useText();
  const { search } = useMachineSearch();
  const fleet = useFleetMetrics();
  const [choice, setChoice] = useState<ColumnChoice>(readColumns);
  const fields = useMemo(() => {
    // A metric that was deleted since must not be asked for.
    const chosen = Object.keys(choice).flatMap((type) => columnsFor(type, choice, fleet.ofType(type)));
    return [...new Set(chosen.map(({ name }) => name))].sort();
  }, [choice, fleet]);
  const list = useMachineList(search, fields);
  const types = useMemo(() => [...new Set(list.machines.map((machine) => machine.sensor_type))], [list.machines]);
  const narrow = useMedia('(max-width: 767px)');
  const none = list.phase !== 'loading' && list.machines.length === 0;
  return (
    <>
      {narrow ? (
        <div className="fleet-caption">
          <OrderChoice />
        </div>
      ) : none || list.phase === 'loading' ? null : (
        <div className="fleet-caption">
          <span className="flex-1" />
          <ColumnChooser
            types={types}
            fleet={fleet}
            choice={choice}
            onChoose={(next) => {
              setChoice(next);
              saveColumns(next);
            }}
          />
        </div>
      )}
      <section className="card machine-list" aria-label={t('fleet.all_machines')} aria-busy={list.busy}>
        {narrow ? (
          <MachineListInPage list={list} />
        ) : none ? (
          <NoMachines list={list} />
        ) : (
          <Table list={list} types={types} fleet={fleet} choice={choice} />
        )}
      </section>
    </>
  );
}

function Table({
  list,
  types,
  fleet,
  choice,
}: {
  list: MachineList;
  types: readonly string[];
  fleet: FleetMetrics;
  choice: ColumnChoice;
}) {
  const { t } = useText();
  const items = useMemo(() => tableItems(list.machines), [list.machines]);
  const columns = useMemo(
    () => new Map(types.map((type) => [type, columnsFor(type, choice, fleet.ofType(type))])),
    [types, choice, fleet],
  );
  const [only] = types.length > 1 ? [] : types;
  // While it loads the heads are those that every machine has.
  const heads = types.length > 1 ? null : (columns.get(only ?? '') ?? fleet.ofType('').headline);
  const width = Math.max(1, ...[...columns.values()].map((each) => each.length), heads?.length ?? 0);
  const all = OTHER_COLUMNS + width - (heads === null ? 1 : 0);
  const body = useRef<HTMLTableSectionElement>(null);
  const keyOf = useCallback((index: number) => itemKey(items[index]), [items]);
  const rows = useRowsInPage(items.length, keyOf, body, COVERED_PX);
  useMoreAhead(rows, items.length, list);
  const scrollTo = (position: number) =>
    rows.scrollTo(items.findIndex((item) => item.kind === 'machine' && item.position === position));
  return (
    <table
      className="machine-table"
      aria-rowcount={list.total + 1 + items.length - list.machines.length}
      onKeyDown={(event) => moveInRows(event, { scrollTo }, list.machines.length)}
    >
      <caption className="sr-only">{t('machines.count', { count: list.total })}</caption>
      <thead>
        <tr aria-rowindex={1}>
          <SortHead by="condition">{t('table.condition')}</SortHead>
          <SortHead by="name">{t('table.name')}</SortHead>
          <SortHead by="location">{t('table.location')}</SortHead>
          {heads === null ? null : (
            <th scope="col" className="wide">
              {t('table.type')}
            </th>
          )}
          {heads === null ? <td colSpan={width} /> : <MetricHeads columns={heads} width={width} />}
          <SortHead by="last_seen" right descendingFirst>
            {t('table.last_seen')}
          </SortHead>
        </tr>
      </thead>
      <tbody ref={body}>
        {list.phase === 'loading' ? <SkeletonRows columns={all} /> : null}
        <SpacerRow height={rows.beforePx} columns={all} />
        {rows.items.map(({ index }, place) => {
          const item = items[index];
          if (item === undefined) return null;
          const type = item.kind === 'type' ? item.type : item.machine.sensor_type;
          const shown = { rowIndex: index + 2, columns: columns.get(type) ?? [], width };
          return (
            <Fragment key={itemKey(item)}>
              <SpacerRow height={gapBefore(rows.items, place)} columns={all} />
              {item.kind === 'type' ? (
                <TypeRow type={type} count={item.count} {...shown} />
              ) : (
                <MachineTableRow machine={item.machine} index={item.position} mixed={heads === null} {...shown} />
              )}
            </Fragment>
          );
        })}
        <SpacerRow height={rows.afterPx} columns={all} />
      </tbody>
    </table>
  );
}

interface TypeRowProps {
  type: string;
  /** Of its machines in the list. */
  count: number;
  rowIndex: number;
  columns: readonly MetricView[];
  width: number;
}

function TypeRow({ type, count, rowIndex, columns, width }: TypeRowProps) {
  return (
    <tr className="type-row" aria-rowindex={rowIndex}>
      <th scope="colgroup" colSpan={3}>
        {type} <span className="caption">{count}</span>
      </th>
      <MetricHeads columns={columns} width={width} />
      <td />
    </tr>
  );
}

/** Types have different numbers of columns; what is left of the width stays empty. */
function MetricHeads({ columns, width }: { columns: readonly MetricView[]; width: number }) {
  return (
    <>
      {columns.map(({ name, label, unit, isNew, kind }) => (
        <th key={name} scope="col" className="align-right metric-head" title={label}>
          {label} <span className="unit">{unit === '' && isNew && kind === 'gauge' ? '?' : unit}</span>
        </th>
      ))}
      {columns.length < width ? <td colSpan={width - columns.length} /> : null}
    </>
  );
}

function SkeletonRows({ columns }: { columns: number }) {
  return SKELETON_ROWS.map((row) => (
    <tr key={row}>
      <td colSpan={columns}>
        <Skeleton width="100%" height={14} />
      </td>
    </tr>
  ));
}

function SortHead({
  by,
  right = false,
  descendingFirst = false,
  children,
}: {
  by: MachineSort;
  right?: boolean;
  descendingFirst?: boolean;
  children: string;
}) {
  const { search, narrow } = useMachineSearch();
  const order = orderOf(search);
  const sorted = order === by ? 'ascending' : order === `-${by}` ? 'descending' : 'none';
  const Arrow = sorted === 'descending' ? ArrowDown : ArrowUp;
  const next: MachineOrder =
    sorted === 'ascending' || (sorted === 'none' && descendingFirst) ? (`-${by}` as const) : by;
  return (
    <th scope="col" aria-sort={sorted} className={right ? 'align-right' : ''}>
      <button type="button" onClick={() => narrow({ order: readMachineSearch({ order: next }).order })}>
        {children}
        <Arrow size={12} strokeWidth={1.75} aria-hidden="true" className={sorted === 'none' ? 'invisible' : ''} />
      </button>
    </th>
  );
}
