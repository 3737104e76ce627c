// Buffers what the user types between opening the palette and the moment its field is there.

let text = '';

/** @returns whether the key writes something, or takes back what was written */
export function addTypeAhead({ key, ctrlKey, metaKey, altKey }: KeyboardEvent): boolean {
  if (ctrlKey || metaKey || altKey) return false;
  if (key === 'Backspace') text = text.slice(0, -1);
  else if ([...key].length === 1) text += key;
  else return false;
  return true;
}

/** What was typed since this was asked last. */
export function consumeTypeAhead(): string {
  const typed = text;
  text = '';
  return typed;
}
