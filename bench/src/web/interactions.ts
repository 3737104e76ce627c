// Measures how long interactions take until they are painted: filter, select, acknowledge, open a dialog.

import { setTimeout as delay } from 'node:timers/promises';
import type { Page } from 'playwright-core';
import { atMost, type BenchRow, percentile } from '../bench-row.ts';
import type { MeasuredPage } from './open-chromium.ts';

const ROUNDS = 4;
const WAIT_MS = 10_000;
/** Lists with the worst machines first change while the pointer moves. A person does not wait until they are still. */
const AT_ONCE = { timeout: WAIT_MS, force: true };
const TYPING_MS = 90;
/** Time until the last paints are reported. */
const REPORTED_MS = 500;

const STEPS: Record<string, (page: Page, round: number) => Promise<unknown>> = {
  filter: async (page, round) => {
    const field = page.getByRole('searchbox').first();
    await field.click({ timeout: WAIT_MS });
    const text = `Machine 00${round}`;
    await field.pressSequentially(text, { delay: TYPING_MS });
    await delay(REPORTED_MS);
    // Deletes the whole text, because a remaining filter would affect the next steps.
    for (let i = 0; i < text.length; i++) await field.press('Backspace', { delay: TYPING_MS });
    await delay(REPORTED_MS);
  },
  select: async (page, round) => {
    await page.locator('aside').first().locator('a[href^="/machines/"]').nth(round).click(AT_ONCE);
    await page.locator('canvas').first().waitFor({ timeout: WAIT_MS });
    await delay(REPORTED_MS);
    await page.getByRole('link', { name: /fleet/i }).first().click({ timeout: WAIT_MS });
  },
  acknowledge: async (page) => {
    await page
      .getByRole('button', { name: /^Acknowledge (?!with)/ })
      .first()
      .click(AT_ONCE);
  },
  'open a dialog': async (page) => {
    await page
      .getByRole('button', { name: /add machine|with (a )?note/i })
      .first()
      .click({ timeout: WAIT_MS });
    await page.getByRole('dialog').first().waitFor({ timeout: WAIT_MS });
    await delay(REPORTED_MS);
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').first().waitFor({ state: 'hidden', timeout: WAIT_MS });
  },
};

/** The page shows the fleet. Failed interactions are counted, because the durations do not include them. */
export async function measureInteractions({ page }: MeasuredPage, say: (line: string) => void): Promise<BenchRow[]> {
  const rows: BenchRow[] = [];
  const all: number[] = [];
  let failed = 0;
  for (const [name, step] of Object.entries(STEPS)) {
    await page.evaluate(() => {
      window.bench.interactionsMs = {};
    });
    for (let round = 0; round < ROUNDS; round++) {
      try {
        await step(page, round);
        await delay(REPORTED_MS);
      } catch (error) {
        failed++;
        say(`${name}: ${(error as Error).message.split('\n')[0]}`);
      }
    }
    await delay(REPORTED_MS);
    const durationsMs = Object.values(await page.evaluate(() => window.bench.interactionsMs));
    all.push(...durationsMs);
    // The browser does not report interactions that took less than a frame.
    const longest = Math.max(0, ...durationsMs);
    rows.push({ what: `interaction: ${name}, longest`, value: longest, unit: 'ms', goal: null });
  }
  const p98 = all.length === 0 ? Number.NaN : percentile(all, 0.98);
  return [
    ...rows,
    { what: 'interaction to next paint, p98', value: p98, unit: 'ms', goal: atMost(p98, 100, 'ms') },
    { what: 'failed interactions', value: failed, unit: '', goal: atMost(failed, 0, '') },
  ];
}
