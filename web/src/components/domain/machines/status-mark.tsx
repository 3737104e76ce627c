// A condition as a shape: filled is unacknowledged, outlined is acknowledged. Colour is never the only sign.

import type { ReactNode } from 'react';
import { useText } from '../../../i18n/use-text.ts';
import { type Condition, TONES } from './machine-condition.ts';

const DIAMOND = <path d="M6 1 11 6 6 11 1 6Z" />;
const TRIANGLE = <path d="M6 1.6 11 10.4H1Z" />;
const RING = <circle cx="6" cy="6" r="4.4" />;
const SQUARE = <rect x="1" y="1" width="10" height="10" rx="2" />;

const SHAPES: Record<Condition, ReactNode> = {
  critical: DIAMOND,
  critical_acked: DIAMOND,
  warning: TRIANGLE,
  warning_acked: TRIANGLE,
  error: (
    <>
      {SQUARE}
      <path d="m4 4 4 4M8 4 4 8" />
    </>
  ),
  maintenance: (
    <>
      {SQUARE}
      <path d="M1.8 7 7 1.8M4.6 10.4l5.8-5.8" />
    </>
  ),
  stale: RING,
  inactive: RING,
  never: RING,
  normal: <circle cx="6" cy="6" r="3" />,
};

/** The shape alone. The text must be beside it. */
export function StatusMark({ condition }: { condition: Condition }) {
  return (
    <svg className={`mark mark-${condition}`} viewBox="0 0 12 12" aria-hidden="true">
      {SHAPES[condition]}
    </svg>
  );
}

/** Shape and word. */
export function StatusWord({ condition, children }: { condition: Condition; children?: ReactNode }) {
  const { t } = useText();
  return (
    <span className={`status ${TONES[condition]}`}>
      <StatusMark condition={condition} />
      {children ?? t(`status.${condition}`)}
    </span>
  );
}
