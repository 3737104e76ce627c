// Fits the text of a message into what a service takes. Whole lines are left out, so that no link is cut in two.

/** Counts the length as the service does. */
type Measure = (text: string) => number;

/** UTF-16 code units. */
export const codeUnits: Measure = (text) => text.length;
export const utf8Bytes: Measure = (text) => Buffer.byteLength(text);

/**
 * As many lines as fit, followed by `…`. A first line that is too long by itself is cut between two characters.
 *
 * @param max at least 1, as `measure` counts
 */
export function fitText(text: string, max: number, measure: Measure = codeUnits): string {
  const trimmed = wellFormed(text).trim();
  if (measure(trimmed) <= max) return trimmed;
  const lines = trimmed.split('\n');
  while (lines.length > 1) {
    lines.pop();
    const kept = `${lines.join('\n').trimEnd()}\n…`;
    if (measure(kept) <= max) return kept;
  }
  return fitLine(lines[0] ?? '', max, measure);
}

/** A lone half of a surrogate pair is not a character; most services refuse it. */
const wellFormed = (text: string) => text.replace(/\p{Surrogate}/gu, '\uFFFD');

/** One line, cut between two characters where it is too long. */
export function fitLine(text: string, max: number, measure: Measure = codeUnits): string {
  const line = wellFormed(text).replace(/\s+/g, ' ').trim();
  if (measure(line) <= max) return line;
  const characters = [...line];
  let low = 0;
  let high = characters.length;
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (measure(`${characters.slice(0, middle).join('')}…`) <= max) low = middle;
    else high = middle - 1;
  }
  const cut = `${characters.slice(0, low).join('').trimEnd()}…`;
  return measure(cut) <= max ? cut : '';
}

/** GSM 03.38: the basic table, and characters that take two places. */
const GSM_BASIC =
  '@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !"#¤%&\'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà';
const GSM_DOUBLE = '^{}\\[~]|€';

/** In how many SMS a text is sent: 160 characters of GSM 03.38 or 70 others in one, 153 or 67 in each of several. */
export function smsParts(text: string): number {
  let septets = 0;
  for (const character of text) {
    if (GSM_BASIC.includes(character)) septets += 1;
    else if (GSM_DOUBLE.includes(character)) septets += 2;
    else return text.length <= 70 ? 1 : Math.ceil(text.length / 67);
  }
  return septets <= 160 ? 1 : Math.ceil(septets / 153);
}

/** Replaces what would turn an SMS of 160 characters into several of 67. */
export const plainForSms = (text: string): string =>
  text
    .replaceAll('°', '')
    .replaceAll('…', '...')
    .replace(/[“”]/g, '"')
    .replace(/[‘’]/g, "'")
    .replace(/[–—]/g, '-')
    .replaceAll('→', '->');
