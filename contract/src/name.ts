// Names that people give. What cannot be seen is refused, because two names would look the same, or a name like another text.

import { z } from 'zod';
import { hiddenCharacterFault } from './hidden-characters.ts';

/** One line of text: trimmed, from 1 to `max` characters, without control characters. */
export const lineSchema = (max: number) =>
  z
    .string()
    .trim()
    .min(1, 'must not be empty')
    .max(max, `must have at most ${max} characters`)
    // biome-ignore lint/suspicious/noControlCharactersInRegex: these are refused
    .regex(/^[^\u0000-\u001f\u007f-\u009f\u2028\u2029]*$/u, 'must not contain control characters');

/** For `superRefine` of text. */
export function refuseHiddenCharacters(
  name: string,
  context: { addIssue(issue: { code: 'custom'; message: string }): void },
): void {
  const fault = hiddenCharacterFault(name);
  if (fault !== null) context.addIssue({ code: 'custom', message: fault });
}

/** One line of text, as `lineSchema`, in which every character can be seen. */
export const nameSchema = (max: number) => lineSchema(max).superRefine(refuseHiddenCharacters);
