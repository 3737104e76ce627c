// The words of notices: messages that are about no alert.

interface Words {
  readonly subject: string;
  readonly text: string;
}

/** `{name}` is replaced by the parameter of that name. */
const NOTICES = {
  drill: {
    en: {
      subject: 'DRILL: test alarm',
      text: 'This is a drill. {by} tests whether an alarm reaches everybody who is on duty. You are on duty of {schedule}. Nothing is to be done.',
    },
    id: {
      subject: 'LATIHAN: alarm uji',
      text: 'Ini latihan. {by} menguji apakah alarm sampai kepada semua yang bertugas. Anda bertugas di {schedule}. Tidak ada yang perlu dilakukan.',
    },
  },
  duty_gap: {
    en: {
      subject: 'Nobody will be on duty: {schedule}',
      text: 'Nobody is on duty of {schedule} from {from} to {to}. Alerts that go to this schedule will not reach anybody in that time.',
    },
    id: {
      subject: 'Tidak ada yang bertugas: {schedule}',
      text: 'Tidak ada yang bertugas di {schedule} dari {from} sampai {to}. Peringatan untuk jadwal ini tidak akan sampai kepada siapa pun pada waktu itu.',
    },
  },
  person_gone: {
    en: {
      subject: '{person} is not told of alerts any more',
      text: '{person} was removed from routes and duty schedules. What has a gap now: {gaps}.',
    },
    id: {
      subject: '{person} tidak lagi diberi tahu tentang peringatan',
      text: '{person} dihapus dari rute dan jadwal tugas. Yang sekarang kosong: {gaps}.',
    },
  },
  channel_failed: {
    en: {
      subject: 'Nobody can be told by {channel}',
      text: 'The channel {channel} does not work. The last answer was: {answer}',
    },
    id: {
      subject: 'Tidak ada yang dapat diberi tahu lewat {channel}',
      text: 'Saluran {channel} tidak berfungsi. Jawaban terakhir: {answer}',
    },
  },
} as const satisfies Record<string, Record<'en' | 'id', Words>>;

export type NoticeKey = keyof typeof NOTICES;

/** @param language of the reader; another one than `en` and `id` is English */
export function noticeText(
  key: string,
  params: Readonly<Record<string, string>>,
  language: string,
): { subject: string; text: string } {
  const notice = NOTICES[key as NoticeKey];
  // Of a newer version of the program that was replaced by this one.
  if (notice === undefined) return { subject: key, text: `${JSON.stringify(params)}\n` };
  const { subject, text } = language === 'id' ? notice.id : notice.en;
  const filled = (words: string) => words.replace(/\{(\w+)\}/g, (_, name: string) => params[name] ?? '');
  return { subject: filled(subject), text: `${filled(text)}\n` };
}
