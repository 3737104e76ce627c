import { describe, expect, it } from 'vitest';
import type { LinkedAlert } from '../notifications/acknowledge-links.ts';
import { acknowledgePage } from './acknowledge-html.ts';

const AT_MS = Date.UTC(2026, 0, 15, 3, 40, 55);
const linked = {
  state: 'settled',
  event: {
    severity: 'critical',
    message: 'CNC-014: bearing temperature 91.6 °C above high-high limit 88.0 °C',
    location: 'Hall B',
    raised_at: '2026-01-15T03:38:00.000Z',
  },
  contact: 'hadi@plant.example',
  person: null,
  channel: 'email',
  expiresAtMs: AT_MS + 1000,
  acknowledgedAtMs: AT_MS,
  acknowledgedBy: 'Sari <W>',
} as unknown as LinkedAlert;

describe('the page behind the link of a message', () => {
  it.each([
    ['en', 'Sari &lt;W&gt; was faster', 'There is nothing left to do.'],
    ['id', 'Sari &lt;W&gt; lebih cepat', 'Tidak ada lagi yang perlu dilakukan.'],
  ] as const)('says to somebody who comes too late who it was and when, in %s', (language, who, rest) => {
    const { status, html } = acknowledgePage('settled', linked, 'Asia/Jakarta', language);
    expect(status).toBe(200);
    expect(html).toContain(who);
    expect(html).toContain('10:40:55');
    expect(html).toContain(rest);
    expect(html).not.toContain('<form');
  });

  it('names nobody where nobody has acknowledged', () => {
    const nobody = { ...linked, acknowledgedAtMs: null, acknowledgedBy: null };
    const { html } = acknowledgePage('settled', nobody, 'UTC', 'en');
    expect(html).toContain('There is nothing to acknowledge any more');
    expect(html).not.toContain('was faster');
  });
});
