// Hands a text to the browser as a file to keep.

/** A link has to hold until the browser has taken it. */
const KEPT_MS = 60_000;
/** Without it a spreadsheet takes UTF-8 for something else. */
const BYTE_ORDER_MARK = '\uFEFF';

export function saveFile(name: string, type: string, text: string): void {
  const marked = type.startsWith('text/csv') && !text.startsWith(BYTE_ORDER_MARK) ? `${BYTE_ORDER_MARK}${text}` : text;
  const url = URL.createObjectURL(new Blob([marked], { type }));
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), KEPT_MS);
}
