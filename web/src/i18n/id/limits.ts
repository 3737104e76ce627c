import type { limits as english } from '../en/limits.ts';
import type { Translated } from '../text.ts';

export const limits: Translated<typeof english> = {
  'limits.title': 'Batas',
  'limits.lead':
    'Nilai yang melewati batas tinggi atau rendah berarti waspada; melewati sangat tinggi atau sangat rendah berarti kritis. Kolom kosong mewarisi batas dari aturan yang lebih umum.',
  'limits.read_only': 'Batas dapat diubah oleh supervisor dan manajer.',
  'limits.none': 'Tanpa',
  'limits.own': 'diatur di sini',
  'limits.from_sensor_type': 'dari jenis sensor',
  'limits.from_plant': 'seluruh pabrik',
  'limits.from_high': 'dari batas tinggi, + 10 %',
  'limits.instead': 'menggantikan {value}, {source}',
  'limits.fault.number': 'Harus berupa angka.',
  'limits.fault.range': 'Harus dari {min} sampai {max} {unit}.',
  'limits.fault.above': 'Harus di atas {limit} ({value}).',
  'limits.fault.below': 'Harus di bawah {limit} ({value}).',
  'limits.saved': 'Batas tersimpan dan berlaku mulai pembacaan berikutnya.',
  'limits.failed': 'Batas tidak dapat dimuat',
  'save.changes': { one: '{count} perubahan', other: '{count} perubahan' },
  'save.faults': { one: '{count} kesalahan', other: '{count} kesalahan' },
  'save.discard': 'Buang',
  'save.save': 'Simpan',
  'save.saving': 'Menyimpan …',
  'save.unsaved': 'Perubahan belum disimpan',
};
