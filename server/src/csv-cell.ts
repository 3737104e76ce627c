// One cell of a CSV file (RFC 4180) that no spreadsheet will run, and its way back.

const FORMULA = /^\s*[=+\-@\t\r]/;

/**
 * Numbers stay numbers. Text beginning like a formula gets an apostrophe in front (OWASP, CSV injection), and text
 * with the delimiter, a quote or a line break in it is quoted.
 */
export function csvCell(value: unknown, delimiter = ','): string {
  if (value === null || value === undefined) return '';
  if (typeof value !== 'string') return String(value);
  const text = FORMULA.test(value) ? `'${value}` : value;
  return text.includes(delimiter) || /["\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** The text as it was before `csvCell` made it harmless. */
export function plainText(cell: string): string {
  return cell.startsWith("'") && FORMULA.test(cell.slice(1)) ? cell.slice(1) : cell;
}
