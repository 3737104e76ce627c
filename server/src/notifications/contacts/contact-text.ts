// The messages that a contact point gets from itself: its code, and a test.

import type { MessageLanguage } from '@gonsters/contract';

interface ShortMessage {
  readonly subject: string;
  readonly text: string;
}

const CODE: Record<MessageLanguage, (code: string) => ShortMessage> = {
  en: (code) => ({
    subject: `${code} is your GONSTERS code`,
    text: `${code} is the code that proves that messages of GONSTERS reach you here. It is valid for 10 minutes.\n\nSomebody has entered this address as a contact point. If it was not you, nothing is to be done: without the code nothing else is sent here.\n`,
  }),
  id: (code) => ({
    subject: `${code} adalah kode GONSTERS Anda`,
    text: `${code} adalah kode yang membuktikan bahwa pesan GONSTERS sampai kepada Anda di sini. Kode berlaku selama 10 menit.\n\nSeseorang memasukkan alamat ini sebagai kontak. Jika bukan Anda, abaikan saja: tanpa kode ini tidak ada pesan lain yang dikirim ke sini.\n`,
  }),
};

const TEST: Record<MessageLanguage, ShortMessage> = {
  en: {
    subject: 'Test message of GONSTERS',
    text: 'This is how alerts reach you here. Nothing is to be done.\n',
  },
  id: {
    subject: 'Pesan uji GONSTERS',
    text: 'Seperti inilah alarm sampai kepada Anda di sini. Tidak ada yang perlu dilakukan.\n',
  },
};

export const codeMessage = (language: MessageLanguage, code: string): ShortMessage => CODE[language](code);
export const testMessage = (language: MessageLanguage): ShortMessage => TEST[language];

/** `known`: the chat is a contact point of the person already. `unknown`: the code of the link is not valid. */
type LinkAnswer = 'verified' | 'known' | 'unknown';

const LINK_ANSWERS: Record<MessageLanguage, Record<LinkAnswer, (name: string) => string>> = {
  en: {
    verified: (name) => `Alerts for ${name} arrive in this chat from now on.`,
    known: (name) => `This chat is a contact of ${name} already. Nothing has changed.`,
    unknown: () => 'This link has expired or was used already. Make another one on the page, under how you are told.',
  },
  id: {
    verified: (name) => `Mulai sekarang, peringatan untuk ${name} sampai di obrolan ini.`,
    known: (name) => `Obrolan ini sudah menjadi kontak ${name}. Tidak ada yang berubah.`,
    unknown: () => 'Tautan ini sudah kedaluwarsa atau sudah digunakan. Buat tautan baru di halaman.',
  },
};

export const linkAnswer = (language: MessageLanguage, answer: LinkAnswer, name: string): string =>
  LINK_ANSWERS[language][answer](name);
