// A control with its label, its hint and its fault.

import { type ReactNode, useId } from 'react';
import { ErrorMark } from './error-mark.tsx';

/** What the control inside has to carry so that label, hint and fault belong to it. */
export interface FieldProps {
  id: string;
  'aria-invalid': boolean;
  'aria-describedby': string | undefined;
}

export function Field({
  label,
  hint,
  fault,
  children,
}: {
  label: ReactNode;
  hint?: ReactNode;
  /** Undefined or empty where nothing is wrong. */
  fault?: ReactNode;
  children: (props: FieldProps) => ReactNode;
}) {
  const id = useId();
  const wrong = fault !== undefined && fault !== '';
  const described = [hint === undefined ? '' : `${id}-hint`, wrong ? `${id}-fault` : ''].filter((part) => part !== '');
  return (
    <div className="field">
      <label id={`${id}-label`} className="label" htmlFor={id}>
        {label}
      </label>
      {children({
        id,
        'aria-invalid': wrong,
        'aria-describedby': described.length === 0 ? undefined : described.join(' '),
      })}
      {hint === undefined ? null : (
        <span id={`${id}-hint`} className="caption">
          {hint}
        </span>
      )}
      {wrong ? <FaultText id={`${id}-fault`}>{fault}</FaultText> : null}
    </div>
  );
}

export function FaultText({ id, children }: { id?: string; children: ReactNode }) {
  return (
    <span id={id} className="fault" role="alert">
      <ErrorMark />
      <span>{children}</span>
    </span>
  );
}
