// Where room is scarce, in the language with the longer words: no text is cut off, or reaches out of its card or the window.

import type { Page } from 'playwright-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { findBrowser } from '../support/find-browser.ts';
import { closeAfterAll, openPlant, type Plant } from '../support/open-plant.ts';
import { SETTINGS_SECTIONS } from '../support/settings-sections.ts';

const browser = findBrowser();
const SECTIONS = ['limits', ...SETTINGS_SECTIONS];

/** Run in the page: text that reaches out of the window or is cut off, and is not part of what one can scroll sideways. */
function outside(): string[] {
  const textBox = document.createRange();
  /** The right edge of what can be seen of it; infinite where its words end in dots, or are for who hears the page. */
  const edgeOf = (element: Element) => {
    let edge = innerWidth;
    for (let each: Element | null = element; each && each !== document.body; each = each.parentElement) {
      const { overflowX, textOverflow, position, clipPath, visibility } = getComputedStyle(each);
      if ((position === 'absolute' && clipPath !== 'none') || visibility === 'hidden') return Number.POSITIVE_INFINITY;
      if (textOverflow === 'ellipsis' || overflowX === 'auto' || overflowX === 'scroll')
        return Number.POSITIVE_INFINITY;
      if (overflowX !== 'visible' || each.classList.contains('card'))
        edge = Math.min(edge, each.getBoundingClientRect().right);
    }
    return edge;
  };
  const isCut = (node: Node) => {
    if (node.nodeType !== Node.TEXT_NODE || !node.nodeValue?.trim()) return false;
    textBox.selectNodeContents(node);
    const { width, height, right } = textBox.getBoundingClientRect();
    return width > 0 && height > 0 && right > edgeOf(node.parentElement as Element) + 1;
  };
  return [...document.querySelectorAll('body *')]
    .filter((element) => [...element.childNodes].some(isCut))
    .map((element) => `${element.tagName} ${element.getAttribute('class')}: ${element.textContent?.slice(0, 40)}`);
}

describe.skipIf(browser === null)('in Indonesian', () => {
  const onEnd = closeAfterAll();
  let plant: Plant;
  let paths: string[];
  beforeAll(async () => {
    plant = await openPlant(browser as string, onEnd);
    const hot = await plant.addMachine({ name: 'Injection Moulder Arburg 470', location: 'Hall C Line 1' });
    await plant.publish(hot, { temperature: 1_000, pressure: 10_000, speed: 100_000 });
    const second = await plant.addMachine({ name: 'Press 2', location: 'Hall A' });
    await plant.publish(second, { temperature: 85, pressure: 140, speed: 900 });
    await plant.addMachine({ name: 'Press 3', location: 'Hall A', status: 'maintenance' });
    paths = [
      ...['heat', 'cards', 'table'].map((view) => `/?view=${view}`),
      '/machines',
      ...['', '?table=1', '/history', '/alerts', '/info'].map((tab) => `/machines/${hot}${tab}`),
      '/history',
      `/history?machines=${hot},${second}`,
      '/alerts',
      '/alerts?tab=history',
      ...SECTIONS.map((section) => `/settings/${section}`),
    ];
  }, 60_000);

  /** By address and width. */
  const lookEverywhere = async (page: Page, widths: readonly number[], height: number) => {
    const found: Record<string, string[]> = {};
    for (const path of paths) {
      await page.goto(`${plant.http}${path}`);
      await page.locator('#content h1, #content h2').filter({ visible: true }).first().waitFor();
      await page.waitForFunction(() => document.querySelector('#content [aria-busy="true"], .skeleton') === null);
      for (const width of widths) {
        await page.setViewportSize({ width, height });
        const faults = await page.evaluate(outside);
        if (faults.length > 0) found[`${path} at ${width}`] = faults;
      }
    }
    return found;
  };

  it('every screen fits into 390 and into 320 pixels', async () => {
    const phone = { viewport: { width: 390, height: 800 }, hasTouch: true, isMobile: true, locale: 'id-ID' };
    const page = await plant.openPage('/', 'manager1', phone);
    expect(await lookEverywhere(page, [390, 320], 800)).toEqual({});
  }, 90_000);

  it('every screen fits between the panels of 1440 and of 1024 pixels', async () => {
    const page = await plant.openPage('/', 'manager1', { viewport: { width: 1440, height: 900 }, locale: 'id-ID' });
    expect(await lookEverywhere(page, [1440, 1024], 900)).toEqual({});
  }, 90_000);
});
