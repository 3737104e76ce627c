// The virtualized rows of the machine list.

import { type RefObject, useCallback, useRef } from 'react';
import { Skeleton } from '../../../components/ui/skeleton.tsx';
import { useText } from '../../../i18n/use-text.ts';
import { OrderChoice } from '../filter/order-choice.tsx';
import { MachineRow } from './machine-row.tsx';
import { NoMachines } from './no-machines.tsx';
import type { MachineList } from './use-machine-list.ts';
import { moveInRows, useMoreAhead, useRowsInBox, useRowsInPage, type VirtualRows } from './use-virtual-rows.ts';

const SKELETON_ROWS = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i', 'j', 'k', 'l'];
const PADDING_PX = 6;
/** Header above and tabs below cover this much of a phone's page. */
const COVERED_PX = 96;

const useRowKey = ({ machines }: MachineList) =>
  useCallback((index: number) => machines[index]?.machine_id ?? '', [machines]);

/** In a box of its own, with a foot that says where one is. */
export function MachineListInBox({ list }: { list: MachineList }) {
  const { t } = useText();
  const box = useRef<HTMLDivElement>(null);
  const rows = useRowsInBox(list.machines.length, useRowKey(list), box, PADDING_PX);
  const last = Math.min(list.total, (rows.range?.endIndex ?? 0) + 1);
  return (
    <>
      <div ref={box} className="dock-list">
        <Rows list={list} rows={rows} />
      </div>
      <div className="dock-foot">
        <OrderChoice />
        <span className="flex-1" />
        {list.phase === 'ready' && list.total > 0 ? (
          <span>{t('machines.range', { from: (rows.range?.startIndex ?? 0) + 1, to: last, total: list.total })}</span>
        ) : null}
      </div>
    </>
  );
}

/** Scrolled with the page. */
export function MachineListInPage({ list }: { list: MachineList }) {
  const element = useRef<HTMLUListElement>(null);
  const rows = useRowsInPage(list.machines.length, useRowKey(list), element, COVERED_PX);
  return <Rows list={list} rows={rows} element={element} />;
}

function Rows({
  list,
  rows,
  element,
}: {
  list: MachineList;
  rows: VirtualRows;
  element?: RefObject<HTMLUListElement | null>;
}) {
  const { t } = useText();
  useMoreAhead(rows, list.machines.length, list);
  if (list.phase === 'loading') return <RowSkeletons />;
  if (list.machines.length === 0) return <NoMachines list={list} />;
  return (
    <ul
      ref={element}
      className="machine-rows"
      style={{ height: rows.totalPx }}
      aria-label={t('app.machines')}
      aria-busy={list.busy}
      onKeyDown={(event) => moveInRows(event, rows, list.machines.length)}
    >
      {rows.items.map((item) => {
        const machine = list.machines[item.index];
        return machine ? (
          <li
            key={machine.machine_id}
            data-row={item.index}
            data-key={machine.machine_id}
            aria-setsize={list.total}
            aria-posinset={item.index + 1}
            style={{ transform: `translateY(${rows.topOf(item)}px)` }}
          >
            <MachineRow machine={machine} />
          </li>
        ) : null;
      })}
    </ul>
  );
}

function RowSkeletons() {
  const { t } = useText();
  return (
    <ul className="py-1.5" aria-busy="true" aria-label={t('app.loading')}>
      {SKELETON_ROWS.map((row) => (
        <li key={row} className="machine-row">
          <Skeleton width={12} height={12} />
          <span className="grid gap-1.5">
            <Skeleton width="60%" height={12} />
            <Skeleton width="40%" height={10} />
          </span>
          <Skeleton width={44} height={12} />
        </li>
      ))}
    </ul>
  );
}
