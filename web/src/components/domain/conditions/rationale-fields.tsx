// Why a condition happens, what it leads to, what to do, and in which time: the fields of it that alerts and messages show.

import type { Condition } from '@gonsters/contract';
import { useConditionText } from '../../../i18n/conditions/use-condition-text.ts';
import { Field } from '../../ui/form/field.tsx';
import { NumberInput } from '../../ui/form/number-input.tsx';

export interface Rationale {
  response: string;
  cause: string;
  consequence: string;
  /** To respond; null: none, NaN for what is no number. */
  minutes: number | null;
}
type Written = Pick<Condition, 'response' | 'cause' | 'consequence' | 'time_to_respond_seconds'>;

export const rationaleOf = (given: Written): Rationale => ({
  response: given.response ?? '',
  cause: given.cause ?? '',
  consequence: given.consequence ?? '',
  minutes: given.time_to_respond_seconds === null ? null : given.time_to_respond_seconds / 60,
});

/** An empty text is none. */
export const rationaleWritten = ({ response, cause, consequence, minutes }: Rationale): Written => ({
  response: response.trim() || null,
  cause: cause.trim() || null,
  consequence: consequence.trim() || null,
  time_to_respond_seconds: minutes === null ? null : minutes * 60,
});

const MOST_LETTERS = 1000;

export function RationaleFields({
  draft,
  readOnly = false,
  onChange,
}: {
  draft: Rationale;
  readOnly?: boolean;
  onChange: (change: Partial<Rationale>) => void;
}) {
  const { say, format } = useConditionText();
  return (
    <div className="rationale">
      {(['response', 'cause', 'consequence'] as const).map((field) => (
        <Field key={field} label={say(`rationale.${field}`)} hint={say(`rationale.${field}.hint`)}>
          {(props) => (
            <textarea
              {...props}
              className="input"
              rows={2}
              maxLength={MOST_LETTERS}
              readOnly={readOnly}
              value={draft[field]}
              onChange={(event) => onChange({ [field]: event.target.value })}
            />
          )}
        </Field>
      ))}
      <Field label={say('rationale.minutes')} hint={say('rationale.minutes.hint')}>
        {({ id }) => (
          <NumberInput
            id={id}
            disabled={readOnly}
            value={draft.minutes}
            suffix={format.units.min}
            onChange={(minutes) => onChange({ minutes })}
          />
        )}
      </Field>
    </div>
  );
}
