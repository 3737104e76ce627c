// How devices write numbers and dates in texts.

/** A number with a decimal comma. */
export const COMMA = /^\s*[-+]?\d+,\d+\s*$/;
/** A date as 23.11.2026 or 11/23/2026: which of the first two is the month is not in it. */
export const DATE_IN_NUMBERS = /^\s*(\d{1,2})[./-](\d{1,2})[./-]\d{2,4}/;
