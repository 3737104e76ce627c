// The table of machines with all their values, sorted by its column heads; rows on a phone.

import { type MachineSort, METRICS } from '@gonsters/contract';
import { ArrowDown, ArrowUp } from 'lucide-react';
import { useRef } from 'react';
import type { MachineOrder } from '../../../api/machines-api.ts';
import { Skeleton } from '../../../components/ui/skeleton.tsx';
import { useMedia } from '../../../components/ui/use-media.ts';
import { SpacerRow } from '../../../components/ui/virtual-page-rows.tsx';
import { useText } from '../../../i18n/use-text.ts';
import { orderOf, readMachineSearch } from '../filter/machine-search.ts';
import { OrderChoice } from '../filter/order-choice.tsx';
import { useMachineSearch } from '../filter/use-machine-search.ts';
import { MachineListInPage } from './machine-list.tsx';
import { MachineTableRow } from './machine-table-row.tsx';
import { NoMachines } from './no-machines.tsx';
import { type MachineList, useMachineList } from './use-machine-list.ts';
import { moveInRows, useMoreAhead, useRowsInPage } from './use-virtual-rows.ts';

/** The page's header and the table's own head. */
const COVERED_PX = 96;
const COLUMNS = 5 + METRICS.length;
const SKELETON_ROWS = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i', 'j'];

export function FleetTable() {
  const { t } = useText();
  const { search } = useMachineSearch();
  const list = useMachineList(search);
  const narrow = useMedia('(max-width: 767px)');
  const none = list.phase !== 'loading' && list.machines.length === 0;
  return (
    <>
      {narrow ? (
        <div className="fleet-caption">
          <OrderChoice />
        </div>
      ) : null}
      <section className="card machine-list" aria-label={t('fleet.all_machines')} aria-busy={list.busy}>
        {narrow ? <MachineListInPage list={list} /> : none ? <NoMachines list={list} /> : <Table list={list} />}
      </section>
    </>
  );
}

function Table({ list }: { list: MachineList }) {
  const { t, metricLabel } = useText();
  const body = useRef<HTMLTableSectionElement>(null);
  const rows = useRowsInPage(list.machines.length, body, COVERED_PX);
  useMoreAhead(rows, list.machines.length, list);
  return (
    <table
      className="machine-table"
      aria-rowcount={list.total + 1}
      onKeyDown={(event) => moveInRows(event, rows, list.machines.length)}
    >
      <caption className="sr-only">{t('machines.count', { count: list.total })}</caption>
      <thead>
        <tr aria-rowindex={1}>
          <SortHead by="condition">{t('table.condition')}</SortHead>
          <SortHead by="name">{t('table.name')}</SortHead>
          <SortHead by="location">{t('table.location')}</SortHead>
          <th scope="col" className="wide">
            {t('table.type')}
          </th>
          {METRICS.map(({ name, unit }, metric) => (
            <th key={name} scope="col" className="align-right">
              {metricLabel(metric)} <span className="unit">{unit}</span>
            </th>
          ))}
          <SortHead by="last_seen" right descendingFirst>
            {t('table.last_seen')}
          </SortHead>
        </tr>
      </thead>
      <tbody ref={body}>
        {list.phase === 'loading' ? <SkeletonRows /> : null}
        <SpacerRow height={rows.beforePx} columns={COLUMNS} />
        {rows.items.map(({ index }) => {
          const machine = list.machines[index];
          return machine ? <MachineTableRow key={machine.machine_id} machine={machine} index={index} /> : null;
        })}
        <SpacerRow height={rows.afterPx} columns={COLUMNS} />
      </tbody>
    </table>
  );
}

function SkeletonRows() {
  return SKELETON_ROWS.map((row) => (
    <tr key={row}>
      <td colSpan={COLUMNS}>
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
