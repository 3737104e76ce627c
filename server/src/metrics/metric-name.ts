// The name of a metric that follows from what a device calls it.

import { createHash } from 'node:crypto';
import { isReservedMetricName, MAX_METRIC_NAME_LENGTH } from '@gonsters/contract';

/** So many hexadecimal digits tell names apart that would otherwise be equal. */
const HASH_DIGITS = 6;
/** What decomposition leaves as it is. */
const LETTERS: Record<string, string> = {
  ß: 'ss',
  æ: 'ae',
  œ: 'oe',
  ø: 'o',
  đ: 'd',
  ł: 'l',
  ı: 'i',
  þ: 'th',
  µ: 'u',
  μ: 'u',
};

/**
 * `Temperature`, `vibrationRms` and `Motor.Current L1` become `temperature`, `vibration_rms` and `motor_current_l1`. A
 * reserved name gets `_value`. Letters that cannot be written in ASCII, and the end of a name that is too long, are replaced
 * by a hash, so that different names stay different. The result is a valid name and is its own result.
 *
 * @returns null for a text without letters and digits
 */
export function metricNameOf(field: string): string | null {
  const folded = foldLetters(field);
  const words = folded
    // camelCase, HTTPStatus
    .replace(/([a-z0-9])([A-Z])/g, '$1_$2')
    .replace(/([A-Z])([A-Z][a-z])/g, '$1_$2')
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter((word) => word !== '');
  const isForeign = /[^\p{ASCII}]/u.test(folded.replace(/[^\p{L}\p{N}]/gu, ''));
  if (words.length === 0 && !isForeign) return null;
  let name = words.join('_');
  if (!/^[a-z]/.test(name)) name = name === '' ? 'field' : `n${name}`;
  if (isForeign) name = withHash(name, field);
  if (isReservedMetricName(name)) name = `${name}_value`;
  return name.length > MAX_METRIC_NAME_LENGTH ? withHash(name, field) : name;
}

function foldLetters(text: string): string {
  return text
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .replace(/[^\p{ASCII}]/gu, (letter) => {
      const lower = letter.toLowerCase();
      const written = LETTERS[lower];
      if (written === undefined) return letter;
      return lower === letter ? written : written.charAt(0).toUpperCase() + written.slice(1);
    });
}

function withHash(name: string, field: string): string {
  const hash = createHash('sha256').update(field.normalize('NFC')).digest('hex').slice(0, HASH_DIGITS);
  return `${name.slice(0, MAX_METRIC_NAME_LENGTH - HASH_DIGITS - 1)}_${hash}`;
}

/** What people read until somebody describes the metric: the words of the name, as the device wrote them. */
export function labelOf(field: string): string {
  const words = field
    .normalize('NFC')
    .replace(/([\p{Ll}\p{N}])(\p{Lu})/gu, '$1 $2')
    .replace(/[_.\s/]+/g, ' ')
    .replace(/[\p{C}\u2028\u2029]+/gu, '')
    .trim()
    .slice(0, 100)
    .trim();
  if (words === '') return '?';
  return words.charAt(0).toUpperCase() + words.slice(1);
}
