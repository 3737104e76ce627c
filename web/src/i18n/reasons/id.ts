// The Indonesian texts of reasons.
import type { Translated } from '../text.ts';
import type { en } from './en.ts';

export const id: Translated<typeof en> = {
  'reason.person_left': 'seseorang yang disebut sudah keluar',
  'reason.no_person_of_role': 'tidak ada {role} aktif yang boleh melihat peringatan',
  'reason.nobody_on_duty': 'tidak ada yang bertugas: {schedule}',
  'reason.channel_off': 'saluran {channel} dimatikan',
  'reason.channel_removed': 'saluran yang disebut sudah dihapus',
  'reason.no_alert_email': 'alamat peringatan atau server surel belum diatur',
  'reason.no_webhook': 'tidak ada webhook',
  'reason.may_not_see': '{person} tidak boleh melihat mesin',
  'reason.no_contact': '{person} tidak punya kontak terverifikasi',
  'reason.waits_quiet_hours': 'menunggu sampai {until}: jam tenang',
  'reason.passes_quiet_hours': 'menembus jam tenang, karena peringatan kritis',
  'reason.gone_schedule': 'jadwal yang sudah dihapus',
  'named.person': '{name}',
  'named.role': 'setiap {name}',
  'named.duty': 'petugas {name}',
  'named.channel': '{name}',
  'named.alert_email': 'alamat peringatan',
  'named.webhooks': 'setiap webhook',
  'named.gone': 'seseorang yang sudah tidak ada',
  'none.computing': 'Sedang dihitung',
  'none.not_a_limit': 'Saran hanya dibuat untuk batas',
  'none.no_machine': 'Mesin sudah tidak ada',
  'none.tied_to_state': 'Terikat pada keadaan mesin; saran dibuat tanpa keadaan',
  'none.no_limit': 'Batas ini sudah tidak berlaku',
  'none.no_readings': 'Pembacaan tunggal dari rentang ini tidak tersimpan',
  'none.few_raises': {
    one: 'Dengan yang berlaku kini, nilai tersimpan hanya memunculkannya satu kali',
    other: 'Dengan yang berlaku kini, nilai tersimpan hanya memunculkannya {count} kali',
  },
  'none.no_change': 'Tidak ada perubahan yang dicoba yang menghilangkan 80 % kemunculannya',
  'none.no_change_in_time': {
    one: 'Tidak ada perubahan yang dicoba yang menghilangkan 80 % dari {raises} kemunculannya dan menemukan {count} penyimpangan nyata tepat waktu',
    other:
      'Tidak ada perubahan yang dicoba yang menghilangkan 80 % dari {raises} kemunculannya dan menemukan {count} penyimpangan nyata tepat waktu',
  },
  'none.failed': 'Tidak dapat dihitung; log server menyebutkan sebabnya',
};
