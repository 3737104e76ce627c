import type { notifications as english } from '../en/notifications.ts';
import type { Translated } from '../text.ts';

export const notifications: Translated<typeof english> = {
  'settings.group.telling': 'Pemberitahuan',
  'settings.duty': 'Sif dan tugas',
  'settings.told': 'Cara Anda diberi tahu',
  'settings.notifications': 'Notifikasi',
  'notify.told': 'Siapa yang diberi tahu',
  'notify.told.raised': 'Diberi tahu bahwa alarm muncul',
  'notify.told.escalated': 'Diberi tahu bahwa alarm menjadi kritis',
  'notify.told.cleared': 'Diberi tahu bahwa alarm selesai',
  'notify.told.acknowledged': 'Diberi tahu bahwa alarm diakui',
  'notify.told.still_active': 'Diberi tahu bahwa alarm masih aktif',
  'notify.told.digest': 'Diberi tahu setelah gangguan saluran',
  'notify.told.to': '{contact}, lewat {channel}',
  'notify.told.sent': 'Diterima {time}: {response}',
  'notify.told.failed': 'Tidak terkirim: {response}',
  'notify.told.waits': 'Menunggu digabung dalam satu pesan dengan yang lain',
  'notify.told.queued': 'Belum diterima, percobaan berikutnya {time}: {response}',
  'notify.told.first_attempt': 'Sedang dikirim',
  'notify.told.folded': {
    one: 'dalam satu pesan dengan {count} pemberitahuan',
    other: 'dalam satu pesan dengan {count} pemberitahuan',
  },
  'notify.channel.email': 'email',
};
