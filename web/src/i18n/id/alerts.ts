import type { alerts as english } from '../en/alerts.ts';
import type { Translated } from '../text.ts';

export const alerts: Translated<typeof english> = {
  'alerts.unacknowledged': 'Belum dikonfirmasi',
  'alerts.acknowledged': 'Dikonfirmasi',
  'alerts.filter': 'Saring peringatan',
  'alerts.filter.all': 'Semua',
  'alerts.filter.critical': 'Kritis',
  'alerts.filter.unacknowledged': 'Belum dikonfirmasi',
  'alerts.acknowledge': 'Konfirmasi',
  'alerts.acknowledge_with_note': 'Konfirmasi dengan catatan',
  'alerts.note': 'Catatan',
  'alerts.note.hint': 'Apa yang ditemukan, apa yang dilakukan',
  'alerts.open_chart': 'Buka grafik {machine}',
  'alerts.acknowledge_failed': 'Tidak dikonfirmasi: {reason}',
  'alerts.limit': 'batas {value}',
  'alerts.peak': 'puncak {value}',
  'alerts.cleared': 'pulih',
  'alerts.machines': { one: '{count} mesin', other: '{count} mesin' },
  'alerts.none': 'Tidak ada yang abnormal',
  'alerts.none.hint': 'Peringatan baru langsung muncul di sini.',
  'alerts.none_match': 'Tidak ada peringatan yang cocok',
  'alerts.none_match.hint': { one: '{count} lainnya terbuka.', other: '{count} lainnya terbuka.' },
  'alerts.failed': 'Peringatan tidak dapat dimuat',
  'alerts.summary': {
    one: '{count} peringatan terbuka, {unacknowledged} belum dikonfirmasi',
    other: '{count} peringatan terbuka, {unacknowledged} belum dikonfirmasi',
  },
  'alerts.announce': 'Kritis: {machine}, {condition}',
};
