// Takes the pictures of docs/screenshots: every screen in three sizes, light and dark, from a running server.
// `node scripts/take-screenshots.mjs http://127.0.0.1:5000` after `npm run demo`; CHROMIUM_PATH names another browser.

import { mkdirSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { ROOT } from './setup.mjs';

const { chromium } = createRequire(join(ROOT, 'e2e/package.json'))('playwright-core');

const SIZES = {
  desktop: { viewport: { width: 1440, height: 900 } },
  tablet: { viewport: { width: 1024, height: 768 }, hasTouch: true },
  phone: { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true, deviceScaleFactor: 2 },
};
const SECTIONS = [
  ...['metrics', 'types', 'thresholds', 'notifications', 'users', 'gateways', 'incoming', 'ingest'],
  ...['audit', 'retention', 'reset', 'api-keys', 'account'],
];
const QUALITY = 82;
const SETTLE_MS = 1_500;
/** Live pages never fall silent: what is waited for is that they stop being busy. */
const BUSY = '#content [aria-busy="true"], .skeleton';

const [address = 'http://127.0.0.1:5000', only = '', folder = 'docs/screenshots'] = process.argv.slice(2);
const wanted = (name) => only === '' || name.startsWith(only);
const out = join(ROOT, folder);
mkdirSync(out, { recursive: true });

const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM_PATH ?? '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking'],
});
try {
  for (const [size, options] of Object.entries(SIZES)) {
    for (const theme of ['light', 'dark']) await takeAll(size, options, theme);
  }
} finally {
  await browser.close();
}

async function takeAll(size, options, theme) {
  const context = await browser.newContext({
    ...options,
    colorScheme: theme,
    locale: 'en-GB',
    timezoneId: 'Asia/Jakarta',
  });
  const page = await context.newPage();
  await page.goto(address);
  await page.locator('input[autocomplete="username"]').waitFor();
  if (wanted('sign-in')) await take(page, `sign-in-${size}-${theme}`);
  await page.locator('input[autocomplete="username"]').fill('manager1');
  await page.locator('input[autocomplete="current-password"]').fill('Password123!');
  await page.locator('button[type="submit"]').click();
  await page.locator('#content').waitFor();
  const machine = await machineInAlarm(page);
  for (const [name, path, prepare] of screens(machine)) {
    if (!wanted(name)) continue;
    await page.goto(`${address}${path}`);
    await page.locator('#content, .wall').first().waitFor();
    await page
      .waitForFunction((busy) => document.querySelector(busy) === null, BUSY, { timeout: 15_000 })
      .catch(() => {});
    await page.waitForTimeout(SETTLE_MS);
    await prepare?.(page);
    await take(page, `${name}-${size}-${theme}`);
  }
  await context.close();
}

/** Name, address, and what is done before the picture. */
function screens(machine) {
  const press = (keys) => async (page) => {
    for (const key of keys) await page.keyboard.press(key);
    await page.locator('[role="dialog"]').waitFor();
    await page.waitForTimeout(SETTLE_MS / 2);
  };
  return [
    ['fleet-heat', '/?view=heat'],
    ['fleet-cards', '/?view=cards'],
    ['fleet-table', '/?view=table'],
    ['machines', '/machines'],
    ['machine-live', `/machines/${machine}`],
    ['machine-history', `/machines/${machine}/history?range=8h`],
    ['machine-alerts', `/machines/${machine}/alerts`],
    ['machine-info', `/machines/${machine}/info`],
    ['history', `/history?machines=${machine}&range=24h`],
    ['alerts', '/alerts'],
    ['alerts-past', '/alerts?tab=history'],
    ...SECTIONS.map((section) => [`settings-${section}`, `/settings/${section}`]),
    ['dialog-palette', '/', press(['Control+k'])],
    ['dialog-shortcuts', '/', press(['?'])],
    ['dialog-add-machine', '/', press(['n'])],
    ['wallboard', '/?kiosk=1&page=overview'],
  ];
}

async function machineInAlarm(page) {
  return page.evaluate(async () => {
    const { access_token: token } = await fetch('/api/v1/auth/login', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ username: 'manager1', password: 'Password123!' }),
    }).then((reply) => reply.json());
    const reply = await fetch('/api/v1/data/machines?sort=condition&limit=1', {
      headers: { authorization: `Bearer ${token}` },
    });
    return (await reply.json()).machines[0].machine_id;
  });
}

async function take(page, name) {
  const session = await page.context().newCDPSession(page);
  const { data } = await session.send('Page.captureScreenshot', { format: 'webp', quality: QUALITY });
  await session.detach();
  writeFileSync(join(out, `${name}.webp`), Buffer.from(data, 'base64'));
  process.stderr.write(`${name}\n`);
}
