// Writes one cell of a CSV file (RFC 4180) so that no spreadsheet executes it, and reads it back.

const FORMULA = /^\s*[=+\-@\t\r]/;

/**
 * Numbers are written as numbers. A text that begins like a formula gets a leading apostrophe (OWASP, CSV injection). A
 * text with the delimiter, a quote or a line break is quoted.
 */
export function csvCell(value: unknown, delimiter = ','): string {
  if (value === null || value === undefined) return '';
  if (typeof value !== 'string') return String(value);
  const text = FORMULA.test(value) ? `'${value}` : value;
  return text.includes(delimiter) || /["\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** The original text of a cell that `csvCell` wrote. */
export function plainText(cell: string): string {
  return cell.startsWith("'") && FORMULA.test(cell.slice(1)) ? cell.slice(1) : cell;
}
