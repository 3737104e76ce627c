// The words of messages in the languages of their readers.

import type { AlertCondition, LimitKind, MessageLanguage, Severity } from '@gonsters/contract';

export interface Words {
  readonly severity: Readonly<Record<Severity, string>>;
  readonly escalated: string;
  readonly cleared: string;
  acknowledged(by: string): string;
  stillActive(duration: string): string;
  /** Instead of `for 1 h 30 min`. */
  readonly units: Readonly<Record<'d' | 'h' | 'min' | 's', string>>;
  machines(count: number): string;
  machinesIn(count: number, location: string): string;
  limit(metric: string, value: string, kind: LimitKind, threshold: string | null): string;
  badQuality(metric: string, last: string | null): string;
  stale(who: string, duration: string): string;
  offline(gateway: string | null, who: string, count: number): string;
  refused(percent: string, gateway: string): string;
  /** What is known of a condition without its figures. */
  condition(metric: string, kind: AlertCondition): string | null;
  readonly quiet: string;
  more(count: number): string;
  floodSubject(count: number, first: string): string;
  digestSubject(count: number): string;
  manySubject(count: number, isCritical: boolean, location: string | null, first: string): string;
  flood(count: number, since: string): string;
  readonly digest: string;
  many(count: number, critical: number): string;
}

const LIMIT_EN: Record<LimitKind, string> = {
  high_high: 'above high-high limit',
  high: 'above high limit',
  low: 'below low limit',
  low_low: 'below low-low limit',
};
const LIMIT_ID: Record<LimitKind, string> = {
  high_high: 'di atas batas sangat tinggi',
  high: 'di atas batas tinggi',
  low: 'di bawah batas rendah',
  low_low: 'di bawah batas sangat rendah',
};
const CONDITION_EN: Partial<Record<AlertCondition, string>> = {
  rate_of_change: 'changes too fast',
  stuck: 'does not change',
  state: 'has an abnormal state',
  no_count: 'does not count',
};
const CONDITION_ID: Partial<Record<AlertCondition, string>> = {
  rate_of_change: 'berubah terlalu cepat',
  stuck: 'tidak berubah',
  state: 'dalam keadaan tidak normal',
  no_count: 'tidak bertambah',
};

const en: Words = {
  severity: { critical: 'CRITICAL', warning: 'Warning' },
  escalated: 'Worse',
  cleared: 'Cleared',
  acknowledged: (by) => `Acknowledged by ${by}`,
  stillActive: (duration) => `Still active (${duration})`,
  units: { d: 'd', h: 'h', min: 'min', s: 's' },
  machines: (count) => `${count} machines`,
  machinesIn: (count, location) => `${count} machines in ${location}`,
  limit: (metric, value, kind, threshold) =>
    `${metric} ${value} ${LIMIT_EN[kind]}${threshold === null ? '' : ` ${threshold}`}`,
  badQuality: (metric, last) => `${metric} has sent only bad values${last === null ? '' : `, the last one ${last}`}`,
  stale: (who, duration) => `${who} sent nothing for ${duration}`,
  offline: (gateway, who, count) =>
    `Gateway ${gateway ?? ''} is offline: ${who} ${count === 1 ? 'sends' : 'send'} nothing`.replace('  ', ' '),
  refused: (percent, gateway) => `${percent} % of what gateway ${gateway} sends is refused`,
  condition: (metric, kind) => (CONDITION_EN[kind] === undefined ? null : `${metric} ${CONDITION_EN[kind]}`),
  quiet: 'Sent in your quiet hours, because it is critical.',
  more: (count) => `And ${count} more, which the page lists.`,
  floodSubject: (count, first) => `Alarm flood: ${count} messages, first ${first}`,
  digestSubject: (count) => `Still active: ${count} ${count === 1 ? 'alert' : 'alerts'} of which you were not told`,
  manySubject: (count, isCritical, location, first) =>
    `${isCritical ? 'CRITICAL' : 'Alerts'}: ${count} messages${location === null ? '' : ` in ${location}`}, first ${first}`,
  flood: (count, since) =>
    `${count} messages in a short time. The first was at ${since}; it and the worst of the others follow.`,
  digest: 'These messages could not be sent for a day. Their alerts are still active:',
  many: (count, critical) =>
    critical > 0 ? `${count} messages, ${critical} of them about critical alerts:` : `${count} messages:`,
};

const id: Words = {
  severity: { critical: 'KRITIS', warning: 'Peringatan' },
  escalated: 'Memburuk',
  cleared: 'Kembali normal',
  acknowledged: (by) => `Dikonfirmasi oleh ${by}`,
  stillActive: (duration) => `Masih aktif (${duration})`,
  units: { d: 'hari', h: 'jam', min: 'menit', s: 'detik' },
  machines: (count) => `${count} mesin`,
  machinesIn: (count, location) => `${count} mesin di ${location}`,
  limit: (metric, value, kind, threshold) =>
    `${metric} ${value} ${LIMIT_ID[kind]}${threshold === null ? '' : ` ${threshold}`}`,
  badQuality: (metric, last) => `${metric} hanya mengirim nilai buruk${last === null ? '' : `, yang terakhir ${last}`}`,
  stale: (who, duration) => `${who} tidak mengirim apa pun selama ${duration}`,
  offline: (gateway, who) => `Gateway ${gateway ?? ''} luring: ${who} tidak mengirim apa pun`.replace('  ', ' '),
  refused: (percent, gateway) => `${percent} % dari yang dikirim gateway ${gateway} ditolak`,
  condition: (metric, kind) => (CONDITION_ID[kind] === undefined ? null : `${metric} ${CONDITION_ID[kind]}`),
  quiet: 'Dikirim pada jam tenang Anda, karena kritis.',
  more: (count) => `Dan ${count} lagi, yang tercantum di halaman.`,
  floodSubject: (count, first) => `Banjir peringatan: ${count} pesan, pertama ${first}`,
  digestSubject: (count) => `Masih aktif: ${count} peringatan yang belum disampaikan kepada Anda`,
  manySubject: (count, isCritical, location, first) =>
    `${isCritical ? 'KRITIS' : 'Peringatan'}: ${count} pesan${location === null ? '' : ` di ${location}`}, pertama ${first}`,
  flood: (count, since) =>
    `${count} pesan dalam waktu singkat. Yang pertama pada ${since}; berikut yang pertama dan yang terburuk dari yang lain.`,
  digest: 'Pesan-pesan ini tidak dapat dikirim selama sehari. Peringatannya masih aktif:',
  many: (count, critical) => (critical > 0 ? `${count} pesan, ${critical} di antaranya kritis:` : `${count} pesan:`),
};

export const WORDS: Readonly<Record<MessageLanguage, Words>> = { en, id };
