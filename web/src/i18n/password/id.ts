import type { Translated } from '../text.ts';
import type { en } from './en.ts';

export const id: Translated<typeof en> = {
  'password.rule.length': '8 sampai 100 karakter',
  'password.rule.name': 'tidak memuat nama pengguna',
  'password.rules': 'Belum memenuhi semua syarat.',
  'password.met': 'terpenuhi',
  'password.not_met': 'belum terpenuhi',
  'reset.title': 'Kata sandi baru',
  'reset.lead': 'Tautan dari Manajemen hanya berlaku sekali.',
  'reset.new': 'Kata sandi baru',
  'reset.submit': 'Atur kata sandi',
  'reset.no_link': 'Alamat ini tidak memuat tautan. Buka lagi tautan dari Manajemen.',
  'reset.done': 'Kata sandi {name} sudah diganti.',
  'reset.done.hint': 'Semua perangkat tempat {name} masuk sudah dikeluarkan.',
  'reset.sign_in': 'Ke halaman masuk',
  'link.make': 'Tautan untuk kata sandi yang hilang …',
  'link.title': 'Tautan untuk {name}',
  'link.lead':
    'Siapa yang membukanya mengatur kata sandi baru untuk {name}, sekali, dalam 24 jam. Tautan sebelumnya tidak berlaku lagi.',
  'link.label': 'Tautan',
  'link.stored': 'Tautan sudah saya serahkan',
  'admit.waits': 'menunggu diterima',
  'admit.admit': 'Terima',
  'admit.lead': 'Akun ini mendaftar sendiri. Akun tidak dapat masuk sebelum Anda menerimanya.',
  'admit.done': '{name} sekarang dapat masuk',
};
