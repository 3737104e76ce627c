import type { signIn as english } from '../en/sign-in.ts';
import type { Translated } from '../text.ts';

export const signIn: Translated<typeof english> = {
  'sign_in.title': 'Masuk',
  'sign_in.lead': 'Pemantauan mesin',
  'sign_in.name': 'Nama pengguna atau email',
  'sign_in.password': 'Kata sandi',
  'sign_in.show': 'Tampilkan kata sandi',
  'sign_in.submit': 'Masuk',
  'sign_in.busy': 'Sedang masuk …',
  'sign_in.ended': 'Sesi Anda berakhir. Setelah masuk Anda kembali ke halaman semula.',
  'sign_in.wrong': 'Nama pengguna atau kata sandi salah.',
  'sign_in.server': 'Server di jaringan ini',
};
