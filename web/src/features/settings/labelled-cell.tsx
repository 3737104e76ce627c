// One value in a row of a list. Its label is visible on a phone; elsewhere the column heads are, and it is only read out.

import type { ReactNode } from 'react';

export function Cell({ label, className = '', children }: { label: string; className?: string; children: ReactNode }) {
  return (
    <div className={`cell ${className}`}>
      <span className="cell-label">{label}</span>
      {children}
    </div>
  );
}

/** The heads of the columns; the cells say their labels themselves. */
export function ColumnHeads({ className, labels }: { className: string; labels: readonly string[] }) {
  return (
    <div className={`list-head ${className}`} aria-hidden="true">
      {labels.map((label) => (
        <span key={label}>{label}</span>
      ))}
    </div>
  );
}
