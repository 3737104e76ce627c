// The check of a name that changes. That of a new name is in the schemas; a name from before the rule may stay as it is.

import { hiddenCharacterFault } from '@gonsters/contract';
import { AppError } from './errors.ts';

/** Rejects with `validation_failed` if the text has a character that cannot be seen. */
export function refuseHiddenCharacters(field: string, text: string): void {
  const fault = hiddenCharacterFault(text);
  if (fault === null) return;
  const error = `${field} ${fault}`;
  throw new AppError('validation_failed', error, { faults: [{ field, error, value: text }] });
}
