// What one types or pastes into the six fields of a code.

export const CODE_LENGTH = 6;

/** The code after `typed` was entered at `place`: its digits take the places from there on. Anything else is left out. */
export function withTyped(code: string, place: number, typed: string): string {
  const digits = typed.replace(/\D/g, '');
  if (digits === '') return code;
  // A whole code counts from the first field, wherever it was pasted.
  const from = digits.length >= CODE_LENGTH ? 0 : Math.min(place, code.length);
  return (code.slice(0, from) + digits + code.slice(from + digits.length)).slice(0, CODE_LENGTH);
}
