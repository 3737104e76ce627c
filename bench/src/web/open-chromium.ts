// Starts the installed Chromium headless, with a page that measures itself.

import { existsSync } from 'node:fs';
import { type Browser, type CDPSession, chromium, type Page } from 'playwright-core';
import { watchInPage } from './watch-in-page.ts';

const PLACES = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome-stable',
  '/usr/bin/google-chrome',
];
const ARGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  // Exact heap sizes instead of rounded ones.
  '--enable-precise-memory-info',
];
/** Wide enough for both side panels. */
const VIEWPORT = { width: 1600, height: 1000 };

export interface MeasuredPage {
  readonly page: Page;
  readonly devtools: CDPSession;
  /** Opens an address and resets what was observed before. */
  open(path: string): Promise<void>;
}

export async function openChromium(): Promise<Browser> {
  const executablePath = process.env.CHROMIUM_PATH || PLACES.find((path) => existsSync(path));
  if (executablePath === undefined) throw new Error('No Chromium was found; install one or set CHROMIUM_PATH');
  return chromium.launch({ executablePath, headless: true, args: ARGS });
}

/** Signs in through the form, as a person does. */
export async function openMeasuredPage(browser: Browser, http: string, username: string): Promise<MeasuredPage> {
  const context = await browser.newContext({ locale: 'en-GB', viewport: VIEWPORT });
  await context.addInitScript(watchInPage);
  const page = await context.newPage();
  page.setDefaultTimeout(20_000);
  const devtools = await context.newCDPSession(page);
  // Processor time of the page's main thread, without other processes of the computer.
  await devtools.send('Performance.enable', { timeDomain: 'threadTicks' });
  await page.goto(http);
  await page.locator('input[autocomplete="username"]').fill(username);
  await page.locator('input[autocomplete="current-password"]').fill('Password123!');
  await page.locator('button[type="submit"]').click();
  await page.locator('#content').waitFor();
  return {
    page,
    devtools,
    async open(path) {
      await page.goto(`${http}${path}`);
      await page.locator('#content').waitFor();
    },
  };
}
