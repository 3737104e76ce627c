// What the members of a payload look like: numbers as text, and times that begin with the day or the month.

const NUMBER_TEXT = /^\s*[+-]?\d{1,15}([.,]\d{1,15})?\s*$/;
const DATED = /^\s*(\d{1,2})([./-])(\d{1,2})[./-](\d{4}|\d{2})([ ,T].*)?$/;

/** How numbers come as text; undefined where they do not, or where a text is no number. */
export function decimalTextOf(values: readonly unknown[]): 'point' | 'comma' | 'either' | undefined {
  const texts = values.filter((value) => typeof value === 'string');
  if (texts.length === 0 || !texts.every((text) => NUMBER_TEXT.test(text))) return undefined;
  const hasComma = texts.some((text) => text.includes(','));
  const hasPoint = texts.some((text) => text.includes('.'));
  if (hasComma) return hasPoint ? 'either' : 'comma';
  return 'point';
}

/** `auto` where no value begins with a day or a month. */
export function timeFormatOf(values: readonly unknown[]): 'auto' | 'day_first' | 'month_first' {
  const found = values.flatMap((value) => {
    const dated = typeof value === 'string' ? DATED.exec(value) : null;
    return dated === null ? [] : [dated as unknown as [string, string, string, string, string, string | undefined]];
  });
  if (found.length === 0) return 'auto';
  if (found.some(([, first]) => Number(first) > 12)) return 'day_first';
  if (found.some(([, , , second]) => Number(second) > 12)) return 'month_first';
  const isAmerican = found.some(([, , separator, , , rest]) => separator === '/' && /[ap]m\s*$/i.test(rest ?? ''));
  return isAmerican ? 'month_first' : 'day_first';
}
