// Characters of a name that cannot be seen: with them two names would look the same, or a name would look like another text.

/**
 * Shown as nothing, as a space, or as a change of the direction of the text around them (UAX 9). U+2800 is an empty pattern of
 * Braille.
 */
const HIDDEN = /[\p{Default_Ignorable_Code_Point}\p{Cs}\ufff9-\ufffb\u2800]/u;
/**
 * Invisible characters that spelling needs: selectors of the variant of a pictograph, joiners between pictographs, joiners after
 * a letter of the scripts that are written with them, and selectors of the variant of an ideograph. Names are compared
 * without them.
 */
const SPELLING = [
  /(\p{Extended_Pictographic})[\ufe0e\ufe0f]/gu,
  /([\p{Extended_Pictographic}\p{Emoji_Modifier}])\u200d(?=\p{Extended_Pictographic})/gu,
  /([\p{sc=Arab}\p{sc=Syrc}\p{sc=Mong}\p{sc=Deva}\p{sc=Beng}\p{sc=Guru}\p{sc=Gujr}\p{sc=Orya}\p{sc=Taml}\p{sc=Telu}])[\u200c\u200d]/gu,
  /([\p{sc=Knda}\p{sc=Mlym}\p{sc=Sinh}\p{sc=Khmr}\p{sc=Mymr}\p{sc=Tibt}])[\u200c\u200d]/gu,
  /(\p{sc=Han})[\ufe00-\ufe02\u{e0100}-\u{e01ef}]/gu,
];

/** Why a name is refused: it has a character that cannot be seen. null: it has none. */
export function hiddenCharacterFault(name: string): string | null {
  if (!HIDDEN.test(name)) return null;
  const visible = SPELLING.reduce((text, pattern) => text.replace(pattern, '$1'), name);
  const hidden = HIDDEN.exec(visible)?.[0];
  if (hidden === undefined) return null;
  const code = (hidden.codePointAt(0) as number).toString(16).toUpperCase().padStart(4, '0');
  return `must not contain the invisible character U+${code}`;
}
