// Parses JSON, also where NaN and infinities are written as bare words, as many gateways and PLC bridges do.

/** Represents NaN while the text is parsed. No sensor sends this number, and it is outside every accepted range anyway. */
const NAN_PLACEHOLDER = -1.7976931348623151e308;
/** Is parsed as an infinity. */
const INFINITY_TOKEN = '1e999';
const BARE_WORD = /([+-]?)(nan|infinity|inf)(?=[\s,\]}]|$)/iy;
/** No accepted payload is nested more than six levels deep. */
export const MAX_DEPTH = 64;
const QUOTE = 0x22;
const BACKSLASH = 0x5c;

/**
 * Parses the text with `JSON.parse`. Where that fails, the words NaN, Infinity and inf, in any case and with an optional sign, are
 * replaced by numbers wherever a value may stand, and the text is parsed again.
 *
 * @throws SyntaxError where the text is not JSON even then
 */
export function parseLenientJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    const replaced = replaceBareNumbers(text);
    if (replaced === null) throw error;
    return JSON.parse(replaced, (_, value) => (value === NAN_PLACEHOLDER ? Number.NaN : value));
  }
}

/**
 * Replaces the words in one pass and skips strings. null where there is no such word, or where the text is nested too deeply. A
 * word in the place of a key becomes a number, which is still a syntax error.
 */
function replaceBareNumbers(text: string): string | null {
  const parts: string[] = [];
  let copied = 0;
  /** Whether a value may follow the last character that is not white space. */
  let valueMayFollow = false;
  let depth = 0;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === QUOTE) {
      at = endOfString(text, at);
      valueMayFollow = false;
      continue;
    }
    if (code === 0x20 || code === 0x0a || code === 0x0d || code === 0x09) continue;
    if (valueMayFollow) {
      BARE_WORD.lastIndex = at;
      const word = BARE_WORD.exec(text);
      if (word !== null) {
        const [{ length }, sign, name] = word as unknown as [string, string, string];
        const token =
          name.toLowerCase() === 'nan' ? String(NAN_PLACEHOLDER) : `${sign === '-' ? '-' : ''}${INFINITY_TOKEN}`;
        parts.push(text.slice(copied, at), token);
        copied = at + length;
        at = copied - 1;
        valueMayFollow = false;
        continue;
      }
    }
    if (code === 0x7b || code === 0x5b) {
      if (++depth > MAX_DEPTH) return null;
    } else if (code === 0x7d || code === 0x5d) depth--;
    // After a colon, a comma or an opening bracket.
    valueMayFollow = code === 0x3a || code === 0x2c || code === 0x5b;
  }
  if (copied === 0) return null;
  parts.push(text.slice(copied));
  return parts.join('');
}

/** The position of the closing quote, or the length of the text. */
function endOfString(text: string, start: number): number {
  for (let at = start + 1; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === BACKSLASH) at++;
    else if (code === QUOTE) return at;
  }
  return text.length;
}
