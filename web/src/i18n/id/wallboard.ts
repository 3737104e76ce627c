import type { wallboard as english } from '../en/wallboard.ts';
import type { Translated } from '../text.ts';

export const wallboard: Translated<typeof english> = {
  'wall.title': 'Layar dinding',
  'wall.page.overview': 'Ringkasan',
  'wall.page.machines': 'Semua mesin',
  'wall.page.worst': 'Tidak normal',
  'wall.page_of': 'Halaman {page} dari {count}',
  'wall.of': 'dari {total}',
  'wall.unacknowledged': '{count} belum dikonfirmasi',
  'wall.cleared': '{count} sudah pulih',
  'wall.no_alerts': 'Tidak ada peringatan',
  'wall.no_alerts.hint': 'Semua mesin berada dalam batasnya.',
  'wall.unknown': 'Peringatan belum diketahui',
  'wall.unknown.hint': 'Akan dimuat begitu server dapat dihubungi.',
  'wall.last_minutes': '{count} mnt terakhir',
  'wall.offline': 'Terputus sejak {time}',
  'wall.values_age': 'Nilai berumur {age}',
  'wall.no_values': 'Belum ada nilai yang diterima',
  'wall.silent.hint': 'Server tersambung, tetapi mesin tidak mengirim data.',
  'wall.silent_short': 'Tidak ada nilai baru',
};
