// What axe has to say about a screen, in both themes: serious and critical findings fail the test.

import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { AxeResults } from 'axe-core';
import type { Page } from 'playwright-core';
import { expect } from 'vitest';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** Nothing but colours differs between the themes: the second is asked about them alone. */
const RULES = { light: null, dark: { type: 'rule', values: ['color-contrast', 'link-in-text-block'] } };

export async function expectAccessible(page: Page): Promise<void> {
  for (const theme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme: theme, reducedMotion: 'reduce' });
    await page.evaluate(untilStill);
    const findings = await findSerious(page, theme);
    expect(findings, `axe in ${theme}`).toEqual([]);
  }
}

async function findSerious(page: Page, theme: keyof typeof RULES): Promise<string[]> {
  // Through the protocol, so that the page's own content security policy stays as it is.
  const session = await page.context().newCDPSession(page);
  if (theme === 'light') await session.send('Runtime.evaluate', { expression: AXE });
  const { result } = await session.send('Runtime.evaluate', {
    expression: `axe.run(document, ${JSON.stringify({ resultTypes: ['violations'], ...(RULES[theme] ? { runOnly: RULES[theme] } : {}) })})
      .then((results) => JSON.stringify(results.violations))`,
    awaitPromise: true,
    returnByValue: true,
  });
  await session.detach();
  const violations = JSON.parse(result.value as string) as AxeResults['violations'];
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, help, nodes }) => `${id}: ${help}\n  ${nodes.map((node) => node.html).join('\n  ')}`);
}

/** Colours on their way to others are nobody's choice; what moves for ever is let be. */
const untilStill = async () => {
  const ending = document.getAnimations().filter((each) => each.effect?.getComputedTiming().iterations !== Infinity);
  await Promise.allSettled(ending.map((each) => each.finished));
};
