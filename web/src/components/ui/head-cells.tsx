// The head of a table's columns.

import type { ReactNode } from 'react';

export interface HeadCell {
  key: string;
  label: ReactNode;
  className?: string | undefined;
  /** For screen readers only. */
  hidden?: boolean;
}

export function HeadCells({ cells }: { cells: readonly HeadCell[] }) {
  return cells.map(({ key, label, className, hidden = false }) => (
    <th key={key} scope="col" className={className}>
      {hidden ? <span className="sr-only">{label}</span> : label}
    </th>
  ));
}
