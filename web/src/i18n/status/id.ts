// The texts of the status of several machines, which come with their code.
import type { Translated } from '../text.ts';
import type { en } from './en.ts';

const both = (text: string) => ({ one: text, other: text });

export const id: Translated<typeof en> = {
  'status.set': 'Atur status beberapa …',
  'status.title': 'Status beberapa mesin',
  'status.lead': 'Dalam pemeliharaan atau tidak aktif, peringatan dicatat tanpa bunyi dan pesan.',
  'status.which': 'Mesin',
  'status.which.listed': both('{count} yang terdaftar'),
  'status.which.location': 'Satu lokasi',
  'status.which.type': 'Satu tipe mesin',
  'status.location': 'Lokasi',
  'status.type': 'Tipe mesin',
  'status.to': 'Status',
  'status.until': 'Sampai',
  'status.until.none': 'Tanpa akhir',
  'status.until.shift': 'Akhir sif',
  'status.until.tomorrow': 'Besok 06:00',
  'status.until.monday': 'Senin 06:00',
  'status.until.time': 'Waktu …',
  'status.until.own': 'Sampai ({zone})',
  'status.until.ends': 'Sampai {time} {zone}. Lalu setiap mesin kembali ke statusnya sekarang.',
  'status.until.stays': 'Tetap sampai seseorang mengubahnya.',
  'status.until.wrong': 'Masukkan waktu yang akan datang.',
  'status.reason': 'Alasan (opsional)',
  'status.reason.hint': 'Tercatat dalam log audit.',
  'status.submit': both('Atur {count} mesin'),
  'status.submit.some': 'Atur status',
  'status.done': both('{count} mesin: {status}'),
  'status.done.until': 'sampai {time}',
  'status.done.unchanged': both('{count} sudah demikian'),
  'status.done.none': 'Tidak ada yang berubah: semua mesin sudah berstatus ini.',
};
