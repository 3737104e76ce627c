// Parses JSON, and JSON in which numbers that are none stand as bare words, as many gateways and PLC bridges print them.

/** Stands for NaN while the text is parsed. No sensor sends it, and as a value it is outside every range anyway. */
const NAN_PLACEHOLDER = -1.7976931348623151e308;
/** Every number of this size is parsed as an infinity. */
const INFINITY_TOKEN = '1e999';
const BARE_WORD = /([+-]?)(nan|infinity|inf)(?=[\s,\]}]|$)/iy;
/** Nothing that we take is deeper than six. */
export const MAX_DEPTH = 64;
const QUOTE = 0x22;
const BACKSLASH = 0x5c;

/**
 * What `JSON.parse` gives. Where that fails, the words NaN, Infinity and inf, in any case and with a sign, are taken for
 * the numbers they name wherever a value may stand.
 *
 * @throws SyntaxError where it is no JSON even then
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
 * One pass that leaves strings alone; null where there is no such word, or where the text is nested too deeply for the
 * pass over the parsed values. What stands for a word is a number, which cannot be a key: such a key stays a fault.
 */
function replaceBareNumbers(text: string): string | null {
  const parts: string[] = [];
  let copied = 0;
  /** Whether the last character that is no white space lets a value follow. */
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
    // A colon, a comma or an opening bracket.
    valueMayFollow = code === 0x3a || code === 0x2c || code === 0x5b;
  }
  if (copied === 0) return null;
  parts.push(text.slice(copied));
  return parts.join('');
}

/** The place of the closing quote, or the end of the text. */
function endOfString(text: string, start: number): number {
  for (let at = start + 1; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === BACKSLASH) at++;
    else if (code === QUOTE) return at;
  }
  return text.length;
}
