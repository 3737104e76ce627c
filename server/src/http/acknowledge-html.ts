// The page behind the link of a message: no script, nothing from elsewhere, and no more of the plant than the message said.

import type { LinkedAlert, LinkState } from '../notifications/acknowledge-links.ts';
import { timeText } from '../notifications/messages/alert-values.ts';

/** `done`: it was acknowledged by the request that is answered. `unknown`: no message contains this link. */
export type AcknowledgePage = LinkState | 'done' | 'unknown';

type Language = 'en' | 'id';

const TEXT = {
  en: {
    for: 'for {contact}',
    critical: 'Critical',
    warning: 'Warning',
    since: 'since {time}',
    acknowledge: 'Acknowledge',
    open: 'Nothing is sent until you press. The link works once, until {until}.',
    done: 'Acknowledged at {time}',
    done_hint: 'Everybody who uses the page sees that {contact} has acknowledged it.',
    used: 'This link was used already',
    used_hint: 'A link works once. To see the alert as it is now, open the page and sign in.',
    expired: 'This link has expired',
    expired_hint: 'A link works for 24 hours. To acknowledge the alert, open the page and sign in.',
    settled: 'There is nothing to acknowledge any more',
    settled_hint: 'Somebody has acknowledged the alert, or it needs no acknowledgement now.',
    faster: '{by} was faster',
    faster_hint: 'The alert was acknowledged at {time}. There is nothing left to do.',
    changed: 'The alert has changed since this message',
    changed_hint: 'It returned, or became worse. Acknowledge it with the link of the newer message, or in the page.',
    unknown: 'This link is not known',
    unknown_hint: 'It may be incomplete. Copy the whole address from the message.',
  },
  id: {
    for: 'untuk {contact}',
    critical: 'Kritis',
    warning: 'Peringatan',
    since: 'sejak {time}',
    acknowledge: 'Konfirmasi',
    open: 'Tidak ada yang dikirim sebelum Anda menekan. Tautan ini berlaku satu kali, sampai {until}.',
    done: 'Dikonfirmasi pada {time}',
    done_hint: 'Semua pengguna halaman melihat bahwa {contact} telah mengonfirmasinya.',
    used: 'Tautan ini sudah dipakai',
    used_hint: 'Sebuah tautan berlaku satu kali. Untuk melihat peringatan saat ini, buka halaman dan masuk.',
    expired: 'Tautan ini sudah kedaluwarsa',
    expired_hint: 'Sebuah tautan berlaku 24 jam. Untuk mengonfirmasi peringatan, buka halaman dan masuk.',
    settled: 'Tidak ada lagi yang perlu dikonfirmasi',
    settled_hint:
      'Seseorang telah mengonfirmasi peringatan ini, atau peringatan ini sekarang tidak perlu dikonfirmasi.',
    faster: '{by} lebih cepat',
    faster_hint: 'Peringatan ini dikonfirmasi pada {time}. Tidak ada lagi yang perlu dilakukan.',
    changed: 'Peringatan ini berubah sejak pesan ini',
    changed_hint:
      'Peringatan kembali atau memburuk. Konfirmasi dengan tautan dalam pesan yang lebih baru, atau di halaman.',
    unknown: 'Tautan ini tidak dikenal',
    unknown_hint: 'Mungkin tidak lengkap. Salin seluruh alamat dari pesan.',
  },
} as const;

const STYLE = `:root{color-scheme:light dark;--bg:#e7ebe9;--card:#fff;--text:#131b1c;--soft:#5a6464;--line:#c5cac8;--ink:#1a2223;--on-ink:#fff;--crit:#bb151f;--crit-tint:#fcedee;--crit-line:#db242b61;--warn:#855204;--warn-tint:#fef2dc;--warn-line:#b17000}
@media(prefers-color-scheme:dark){:root{--bg:#0c0f11;--card:#16191c;--text:#f1f3f4;--soft:#989ea1;--line:#353a3d;--ink:#eef0f2;--on-ink:#111416;--crit:#ff8782;--crit-tint:#2d1b1e;--crit-line:#e02b2f6b;--warn:#f9c261;--warn-tint:#2d291e;--warn-line:#f9b434}}
*{box-sizing:border-box;margin:0}body{background:var(--bg);color:var(--text);font:16px/24px system-ui,sans-serif}
main{min-height:100vh;min-height:100dvh;max-width:480px;margin:0 auto;padding:14px 16px 24px;display:grid;grid-template-rows:auto 1fr auto;gap:14px}
header{display:flex;justify-content:space-between;gap:12px;align-items:center;min-height:40px}header b{letter-spacing:.06em}
small{font-size:13px;line-height:18px;color:var(--soft);overflow-wrap:anywhere}section{border-radius:16px;padding:18px;display:grid;gap:8px;align-content:start;background:var(--card);border:1px solid var(--line);overflow-wrap:anywhere}
.critical{background:var(--crit-tint);border-color:var(--crit-line)}.critical .severity{color:var(--crit)}.warning{background:var(--warn-tint);border-color:var(--warn-line)}.warning .severity{color:var(--warn)}
.top{display:flex;justify-content:space-between;gap:12px;align-items:baseline}.severity{font-weight:600}h1{font-size:21px;line-height:28px;letter-spacing:-.01em}
footer{display:grid;gap:12px;text-align:center}button{font:600 17px/1 system-ui,sans-serif;height:60px;width:100%;border:0;border-radius:18px;background:var(--ink);color:var(--on-ink);cursor:pointer}button:focus-visible{outline:3px solid var(--soft);outline-offset:3px}
.said{text-align:center;padding:22px 16px}.stack{display:grid;gap:14px;align-content:start}`;

const STATUS: Partial<Record<AcknowledgePage, number>> = { unknown: 404, expired: 410 };

/**
 * @param linked null only for `unknown`
 * @param zone IANA, in which times are written
 */
export function acknowledgePage(
  page: AcknowledgePage,
  linked: LinkedAlert | null,
  zone: string,
  language: Language,
): { status: number; html: string } {
  const words = TEXT[language];
  const said = (text: string) =>
    escaped(
      text
        .replace('{contact}', linked?.name ?? '')
        .replace('{by}', linked?.acknowledgedBy ?? '')
        .replace('{time}', linked?.acknowledgedAtMs ? timeOf(linked.acknowledgedAtMs, zone) : '')
        .replace('{until}', timeOf(linked?.expiresAtMs ?? 0, zone)),
    );
  // Somebody who comes too late learns who it was.
  const isLate = page === 'settled' && linked !== null && linked.acknowledgedBy !== null;
  const notice = (shown: Exclude<AcknowledgePage, 'open'> | 'faster') =>
    `<section class="said" role="status"><strong>${said(words[shown])}</strong><small>${said(words[`${shown}_hint`])}</small></section>`;
  const foot =
    page === 'open'
      ? `<form method="post"><button>${words.acknowledge}</button></form><small>${said(words.open)}</small>`
      : notice(isLate ? 'faster' : page);
  const contact = linked === null ? '' : `<small>${said(words.for)}</small>`;
  const html = `<!doctype html><html lang="${language}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><meta name="robots" content="noindex"><title>GONSTERS</title><link rel="icon" href="data:,"><style>${STYLE}</style></head><body><main><header><b>GONSTERS</b>${contact}</header><div class="stack">${linked === null ? '' : alertCard(linked, words, zone)}</div><footer>${foot}</footer></main></body></html>`;
  return { status: STATUS[page] ?? 200, html };
}

function alertCard({ event }: LinkedAlert, words: (typeof TEXT)[Language], zone: string): string {
  const since = words.since.replace('{time}', timeText(event.raised_at, zone));
  return `<section class="${event.severity}"><div class="top"><span class="severity">${words[event.severity]}</span><small>${escaped(since)}</small></div><h1>${escaped(event.message)}</h1><p>${escaped(event.location)}</p></section>`;
}

/** The first language of the browser that the page has. */
export function pageLanguage(accepted: string | undefined): Language {
  return /^\s*id\b/i.test(accepted ?? '') ? 'id' : 'en';
}

const timeOf = (ms: number, zone: string) => timeText(new Date(ms).toISOString(), zone);

const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};
const escaped = (text: string) => text.replace(/[&<>"']/g, (each) => ESCAPES[each] ?? each);
