// Text of devices in a form that can be shown.

import { isUtf8 } from 'node:buffer';

/**
 * Escapes control characters and bidirectional controls as `\u001b`, and bytes that are not UTF-8 as `\xff`.
 *
 * @param isCut the bytes may end within a character
 */
export function printable(content: Buffer | string, isCut = false): string {
  const text = typeof content === 'string' ? content : textOf(content, isCut);
  return text.replace(/[\p{C}\u2028\u2029]/gu, (character) => {
    const code = character.codePointAt(0) as number;
    return code > 0xffff ? `\\u{${code.toString(16)}}` : `\\u${code.toString(16).padStart(4, '0')}`;
  });
}

function textOf(bytes: Buffer, isCut: boolean): string {
  // Of a character that was cut, up to three bytes are left out.
  for (let cut = 0; cut <= (isCut ? 3 : 0) && cut <= bytes.length; cut++) {
    const whole = bytes.subarray(0, bytes.length - cut);
    if (isUtf8(whole)) return whole.toString();
  }
  return bytes.toString('latin1').replace(/[\x80-\xff]/g, (byte) => `\\x${byte.charCodeAt(0).toString(16)}`);
}
