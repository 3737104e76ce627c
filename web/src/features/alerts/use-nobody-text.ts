// The texts of the banner, which come with its code.

import { areaText } from '../../i18n/area-text.ts';

const en = {
  'nobody.of': 'Nobody could be told of {alert}.',
  'nobody.more': { one: 'And of {count} more.', other: 'And of {count} more.' },
  'nobody.act': 'No message was accepted. Call somebody.',
  'nobody.call': 'No message was accepted. Call somebody; on duty: {names}.',
  'nobody.look': 'What was tried',
} as const;

export const useNobodyText = areaText(en, {
  'nobody.of': 'Tidak ada yang dapat diberi tahu tentang {alert}.',
  'nobody.more': { one: 'Dan tentang {count} lagi.', other: 'Dan tentang {count} lagi.' },
  'nobody.act': 'Tidak ada pesan yang diterima. Hubungi seseorang.',
  'nobody.call': 'Tidak ada pesan yang diterima. Hubungi seseorang; yang bertugas: {names}.',
  'nobody.look': 'Apa yang dicoba',
});
