// Finding out what a machine did: any time, any zone, close up and from afar, beside others, as a table and as a file.

import { readFile } from 'node:fs/promises';
import type { Download, Locator, Page } from 'playwright-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { expectAccessible } from '../support/accessibility.ts';
import { findBrowser } from '../support/find-browser.ts';
import { closeAfterAll, openPlant, type Plant } from '../support/open-plant.ts';

const browser = findBrowser();
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
/** Midnight in Jakarta, some days ago. */
const START = Math.floor(Date.now() / DAY) * DAY - 3 * DAY - 7 * HOUR;
const END = START + 6 * HOUR;
const GAP = [START + 2 * HOUR, START + 2 * HOUR + 20 * MINUTE] as const;
const ALARM = START + 4 * HOUR;

/** Each minute 60, 61 … 65, but for a gap, and ten minutes above the limit. */
function lathe(timeMs: number, index: number): number | null {
  if (timeMs >= GAP[0] && timeMs < GAP[1]) return null;
  return timeMs >= ALARM && timeMs < ALARM + 10 * MINUTE ? 95 : 60 + (index % 6);
}

describe.skipIf(browser === null)('the history', () => {
  let plant: Plant;
  let latheId = '';
  let pumpId = '';
  const range = { from: new Date(START).toISOString(), to: new Date(END).toISOString(), tz: 'Asia/Jakarta' };
  const address = (more: Record<string, string> = {}) =>
    `/history?${new URLSearchParams({ machines: latheId, ...range, ...more })}`;

  const onEnd = closeAfterAll();
  beforeAll(async () => {
    plant = await openPlant(browser as string, onEnd);
    [latheId, pumpId] = await Promise.all([plant.addMachine('Lathe 1'), plant.addMachine('Pump 2')]);
    const times = Array.from({ length: 6 * 360 }, (_, index) => START + index * 10_000);
    const readings = times.flatMap((timeMs, index) => {
      const temperature = lathe(timeMs, index);
      return temperature === null ? [] : [{ timestamp: new Date(timeMs).toISOString(), temperature, speed: 0 }];
    });
    await plant.publishAll(latheId, readings);
    await plant.publishAll(
      pumpId,
      times
        .filter((_, index) => index % 6 === 0)
        .map((time) => ({ timestamp: new Date(time).toISOString(), temperature: 0 })),
    );
  }, 60_000);

  /** Narrow enough for six hours of readings to be drawn in minutes. */
  const desktop = { viewport: { width: 1280, height: 900 }, timezoneId: 'Asia/Jakarta' };
  const open = async (path: string, options: object = desktop) => {
    const page = await plant.openPage(path, 'operator1', options);
    await page.locator('.history-plot canvas').first().waitFor();
    return page;
  };
  const rows = (page: Page) => page.locator('.readings tbody tr:not(.spacer)');
  const cells = async (row: Locator) => (await row.locator('th, td').allInnerTexts()).map((text) => text.trim());
  const zoomOf = (page: Page) => {
    const search = new URL(page.url()).searchParams;
    return search.has('zf') ? [Date.parse(search.get('zf') ?? ''), Date.parse(search.get('zt') ?? '')] : null;
  };
  /** The next zoom that stands in the address. */
  const zoomed = async (page: Page, before: number[] | null = null) => {
    await page.waitForURL((url) => {
      const from = url.searchParams.get('zf');
      return from !== null && Date.parse(from) !== before?.[0];
    });
    return zoomOf(page) as [number, number];
  };

  it('has the figures of the past, bucket by bucket, with the gap and the alarm in words', async () => {
    const page = await open(address());
    await page.getByText('Lathe 1, 1 min, 340 rows').waitFor();
    expect((await cells(rows(page).first())).slice(1, 5)).toEqual(['62.5', '60.0', '65.0', '6']);
    expect((await cells(rows(page).first()))[0]).toMatch(/ 05:59$/);
    await page.getByText(/Hatched: no data from \d+ \w+ 02:00 to 02:20\./).waitFor();
    const side = page.getByRole('region', { name: 'Series', exact: true });
    // 330 minutes at 62.5 and 10 at 95, every reading with the same weight.
    expect((await cells(side.getByRole('row', { name: /Lathe 1/ }))).slice(1, 4)).toEqual([
      '60.0',
      ((330 * 62.5 + 10 * 95) / 340).toFixed(1),
      '95.0',
    ]);
    const alarm = page.getByRole('button', { name: /1 alert: Temperature high-high, .* 04:00/ });
    await alarm.focus();
    await page.keyboard.press('Enter');
    await page.getByRole('dialog').getByText('limit 88.0 °C, peak 95.0 °C').waitFor();
    await expectAccessible(page);
    await page.getByRole('button', { name: 'Zoom to this alert' }).click();
    const [from, to] = await zoomed(page);
    expect([ALARM - from, to - ALARM].every((ms) => ms >= 5 * MINUTE)).toBe(true);
    // Close up it is every reading, in all its values; zero is a value, and what was not measured is a dash.
    await page.getByText(/Lathe 1, Every reading, \d+ rows/).waitFor();
    const [, temperature, pressure, speed] = await cells(rows(page).first());
    expect([temperature, pressure, speed]).toEqual([expect.stringMatching(/^6\d\.0$/), '—', '0']);
    const past = page.getByText('Past high-high since 04:00:00');
    const further = async () => {
      await page.evaluate(() => window.scrollBy(0, 400));
      return past.count();
    };
    await expect.poll(further, { timeout: 10_000 }).toBeGreaterThan(0);
  }, 60_000);

  it('is zoomed by button, key, wheel, drag and brush, and the address keeps it', async () => {
    const page = await open(address());
    await page.getByText('340 rows').waitFor();
    await page.getByRole('button', { name: 'Zoom in' }).click();
    let zoom = await zoomed(page);
    expect(zoom[1] - zoom[0]).toBe(3 * HOUR);
    const plot = page.getByRole('slider', { name: 'Temperature over time' });
    await plot.focus();
    await page.keyboard.press('+');
    zoom = await zoomed(page, zoom);
    expect(zoom[1] - zoom[0]).toBeLessThan(2 * HOUR);
    await page.keyboard.press('Shift+ArrowLeft');
    const moved = await zoomed(page, zoom);
    expect(moved[1] - moved[0]).toBe(zoom[1] - zoom[0]);
    expect(moved[0]).toBeLessThan(zoom[0]);
    await page.keyboard.press('Home');
    await expect.poll(() => plot.getAttribute('aria-valuetext')).toMatch(/Lathe 1 6\d\.\d °C/);

    await page.reload();
    await page.locator('.history-plot canvas').waitFor();
    expect(zoomOf(page)).toEqual(moved);
    await page.getByRole('button', { name: 'Reset zoom' }).click();
    await page.waitForURL((url) => !url.searchParams.has('zf'));

    const area = (await page.locator('.history-plot .u-over').boundingBox()) as { x: number; y: number; width: number };
    await page.mouse.move(area.x + area.width / 4, area.y + 80);
    await page.mouse.wheel(0, -200);
    const wheeled = await zoomed(page);
    // What was under the pointer still is.
    expect(wheeled[0] + (wheeled[1] - wheeled[0]) / 4).toBeCloseTo(START + 1.5 * HOUR, -5);
    await page.mouse.dblclick(area.x + area.width / 2, area.y + 80);
    await page.waitForURL((url) => !url.searchParams.has('zf'));

    await page.mouse.move(area.x + area.width / 2, area.y + 80);
    await page.mouse.down();
    await page.mouse.move(area.x + (area.width * 3) / 4, area.y + 90, { steps: 4 });
    await page.mouse.up();
    const dragged = await zoomed(page);
    expect(Math.abs(dragged[0] - (START + 3 * HOUR))).toBeLessThan(2 * MINUTE);
    expect(Math.abs(dragged[1] - (START + 4.5 * HOUR))).toBeLessThan(2 * MINUTE);

    const end = page.getByRole('slider', { name: 'End of the part shown' });
    await end.focus();
    await page.keyboard.press('End');
    await expect.poll(() => zoomOf(page)?.[1]).toBe(END);
    const handle = (await page.getByRole('slider', { name: 'Start of the part shown' }).boundingBox()) as {
      x: number;
      y: number;
    };
    await page.mouse.move(handle.x + 12, handle.y + 20);
    await page.mouse.down();
    await page.mouse.move(area.x - 40, handle.y + 20, { steps: 4 });
    await page.mouse.up();
    await page.waitForURL((url) => !url.searchParams.has('zf'));
  }, 60_000);

  it('shows ten years at once, their ends with the year, though there are more days than pixels', async () => {
    const kilnId = await plant.addMachine('Kiln 3');
    const to = Date.now();
    const from = to - 3650 * DAY;
    const days = Array.from({ length: 3650 }, (_, index) => from + index * DAY + HOUR);
    await plant.publishAll(
      kilnId,
      days.map((timeMs, index) => ({ timestamp: new Date(timeMs).toISOString(), temperature: 60 + (index % 7) })),
    );
    const ends = { from: new Date(from).toISOString(), to: new Date(to).toISOString(), tz: 'UTC' };
    const page = await open(`/history?${new URLSearchParams({ machines: kilnId, ...ends })}`);
    await page.getByText(/^Kiln 3, .* 3,650 rows$/).waitFor();
    await expect.poll(() => page.locator('.brush path').getAttribute('d')).toMatch(/^M/);
    const year = new Date(from).getUTCFullYear();
    expect(await page.locator('.history-when').textContent()).toContain(` ${year} `);
  });

  it('zooms between two fingers', async () => {
    const touch = { viewport: { width: 768, height: 1024 }, hasTouch: true, locale: 'en-GB', timezoneId: 'UTC' };
    const page = await plant.openPage(address(), 'operator1', touch);
    const plot = page.locator('.history-plot .u-over');
    await page.getByText(/Lathe 1, .*, [1-9]\d* rows/).waitFor();
    await plot.scrollIntoViewIfNeeded();
    const { x, y, width } = (await plot.boundingBox()) as { x: number; y: number; width: number };
    const devtools = await page.context().newCDPSession(page);
    const touchAt = (type: 'touchStart' | 'touchMove' | 'touchEnd', ...shares: number[]) =>
      devtools.send('Input.dispatchTouchEvent', {
        type,
        touchPoints: shares.map((share, id) => ({ x: x + share * width, y: y + 100, id })),
      });
    await touchAt('touchStart', 0.45);
    await touchAt('touchStart', 0.45, 0.55);
    for (let step = 1; step <= 6; step++) await touchAt('touchMove', 0.45 - step * 0.05, 0.55 + step * 0.05);
    await touchAt('touchEnd');
    // From a tenth of the width to seven tenths: what was there fills seven times the room, around the same middle.
    const shareOf = ([from = START, to = END]: readonly number[]) => (to - from) / (END - START);
    await expect.poll(() => shareOf(zoomOf(page) ?? [])).toBeLessThan(1 / 5);
    const [from, to] = zoomOf(page) as [number, number];
    expect(shareOf([from, to])).toBeGreaterThan(1 / 9);
    expect(Math.abs((from + to) / 2 - (START + END) / 2)).toBeLessThan((END - START) * 0.05);
  }, 60_000);

  it('compares machines that are found on the server, and puts one of them in focus', async () => {
    const page = await open(address());
    await page.getByText('1 of 12').waitFor();
    await page.getByRole('button', { name: 'Add series' }).click();
    await page.getByRole('searchbox', { name: 'Find metrics by words' }).fill('pump temp');
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('group', { name: 'On the chart of °C' }).getByText('Pump 2').click();
    await expectAccessible(page);
    await dialog.getByRole('button', { name: 'Add 1' }).click();
    await page.getByText('2 of 12').waitFor();
    const side = page.getByRole('region', { name: 'Series', exact: true });
    const pump = side.getByRole('row', { name: /Pump 2/ });
    await expect.poll(async () => (await cells(pump)).slice(1, 4)).toEqual(['0.0', '0.0', '0.0']);
    await page.getByRole('button', { name: 'Put Pump 2 in focus' }).click();
    await page.getByText(/Pump 2, 1 min, 360 rows/).waitFor();
    const area = (await page.locator('.history-plot .u-over').boundingBox()) as { x: number; y: number; width: number };
    await page.mouse.move(area.x + area.width / 4, area.y + 80);
    await side.locator('.history-values').getByText('0.0').waitFor();
    await page.reload();
    await page.getByText(/Pump 2, 1 min, 360 rows/).waitFor();
    await page.getByRole('button', { name: 'Remove Pump 2' }).click();
    await page.getByText('1 of 12').waitFor();
    await page.getByText(/Lathe 1, 1 min, 340 rows/).waitFor();
  }, 60_000);

  it('shows two units of any machines, the state below, statistics and an earlier time, and the address keeps them', async () => {
    const millId = await plant.addMachine('Mill 4');
    const at = (index: number) => ({ timestamp: new Date(START + index * MINUTE).toISOString() });
    await plant.publishAll(
      millId,
      Array.from({ length: 360 }, (_, index) => ({
        ...at(index),
        vibration_rms: 2 + (index % 2),
        parts_total: index * 3,
        mode: index < 180 ? 'RUN' : 'STOP',
      })),
    );
    const series = [`${latheId}.temperature`, `${millId}.vibration_rms`, `${millId}.mode`];
    const page = await open(address({ machines: '', series: series.join(',') }));
    await page.getByRole('slider', { name: 'Temperature over time' }).waitFor();
    await page.getByRole('slider', { name: /vibration.* over time/i }).waitFor();
    const band = page.getByRole('region', { name: /Mill 4 mode/i });
    await expect.poll(() => band.getByRole('img').getAttribute('aria-label')).toMatch(/RUN 3 h/);
    const statistics = page.getByRole('region', { name: 'Statistics', exact: true });
    await statistics.getByText(/from means of 1 min/).waitFor();
    const lathes = await cells(statistics.getByRole('row', { name: /Lathe 1/ }));
    // Of the means of minutes, 330 are 62.5 and 10 are 95; those are above the limit of 80.
    expect(lathes.slice(1, 10)).toEqual(['60.0', '63.5', '95.0', '5.5', '62.5', '62.5', '62.5', '10 min', '2,040']);
    await page.getByRole('combobox', { name: 'Compare with an earlier time' }).selectOption('day');
    await page.getByText('No data of Lathe 1 Temperature at that earlier time').waitFor();
    await expectAccessible(page);
    // A third unit says beforehand what it pushes out.
    await page.getByRole('button', { name: 'Add series' }).click();
    await page.getByRole('searchbox', { name: 'Find metrics by words' }).fill('mill parts');
    const dialog = page.getByRole('dialog');
    await dialog
      .getByRole('group', { name: /would take the place of/ })
      .getByText('Mill 4')
      .click();
    await dialog.getByRole('button', { name: 'Add 1' }).click();
    await page.getByRole('slider', { name: /vibration.* over time/i }).waitFor({ state: 'detached' });
    await page.getByRole('slider', { name: /parts.* over time/i }).waitFor();
    expect(new URL(page.url()).searchParams.get('series')).toBe(
      [series[0], series[2], `${millId}.parts_total`].join(','),
    );
  }, 60_000);

  it('lists every reading, as far down as one goes', async () => {
    const page = await open(address({ interval: 'raw' }));
    await page.getByText('Lathe 1, Every reading, 2,040 rows').waitFor();
    const oldest = rows(page).filter({ hasText: ' 00:00:00' });
    await expect
      .poll(
        async () => {
          await page.mouse.wheel(0, 20_000);
          await page.evaluate(() => window.scrollTo(0, document.body.scrollHeight));
          return oldest.count();
        },
        { timeout: 20_000 },
      )
      .toBe(1);
    // However long the list is, only what can be seen is there.
    expect(await rows(page).count()).toBeLessThan(100);
  }, 60_000);

  it('takes a range in local time of another zone', async () => {
    const page = await open(address({ tz: 'America/New_York' }));
    await page.getByRole('button', { name: /Change the range/ }).click();
    const dialog = page.getByRole('dialog', { name: 'Range' });
    await dialog.getByText(/Local time in America\/New_York, UTC−[45]/).waitFor();
    await dialog.getByLabel('From').fill('2026-03-08T00:00');
    await dialog.getByLabel('To').fill('2026-03-07T00:00');
    await dialog.getByRole('button', { name: 'Apply' }).click();
    await dialog.getByText('The end must be after the start.').waitFor();
    // Clocks go forward on that day: it has 23 hours.
    await dialog.getByLabel('To').fill('2026-03-09T00:00');
    await dialog.getByRole('button', { name: 'Apply' }).click();
    await page.waitForURL((url) => url.searchParams.get('from') === '2026-03-08T05:00:00.000Z');
    expect(new URL(page.url()).searchParams.get('to')).toBe('2026-03-09T04:00:00.000Z');
    // Nothing there: it says where there is something, and goes there.
    await page.getByText(/Lathe 1 reported last on/).waitFor();
    await page.getByRole('button', { name: 'Go to that time' }).click();
    await page.getByText(/Lathe 1, .*, [1-9]\d* rows/).waitFor();
    await page.getByRole('button', { name: /^Time zone: America\/New_York/ }).click();
    await page.getByRole('combobox', { name: 'Time zone' }).fill('lisb');
    await page.getByRole('option', { name: 'Europe/Lisbon' }).click();
    await page.waitForURL((url) => url.searchParams.get('tz') === 'Europe/Lisbon');
    await page.getByRole('button', { name: /^Time zone: Europe\/Lisbon/ }).click();
    await page.getByRole('dialog', { name: 'Time zone' }).getByRole('button', { name: 'UTC', exact: true }).click();
    await page.waitForURL((url) => url.searchParams.get('tz') === 'UTC');
    await page.getByRole('columnheader', { name: /Time \((UTC|GMT)\)/ }).waitFor();
  }, 60_000);

  it('ends now by default, and starts with a choice where no machine is chosen', async () => {
    const page = await plant.openPage('/history', 'operator1', desktop);
    await page.getByRole('searchbox').fill('lathe');
    await page
      .getByRole('button', { name: /Lathe 1/ })
      .last()
      .click();
    await page.getByText('1 of 12').waitFor();
    await page.getByRole('button', { name: '7 d', exact: true }).click();
    await page.waitForURL((url) => url.searchParams.get('range') === '7d');
    await page.getByText(/Lathe 1, 1 min, 340 rows/).waitFor();
    const end = Number(await page.getByRole('slider', { name: 'Temperature over time' }).getAttribute('aria-valuemax'));
    expect(Math.abs(end - Date.now())).toBeLessThan(MINUTE);
    await page.goto(`${plant.http}/history?machines=${crypto.randomUUID()}`);
    await page.getByRole('heading', { name: 'Unknown machine' }).waitFor();
  }, 60_000);

  const exportAs = async (
    page: Page,
    format: 'CSV' | 'Parquet',
    choose: (dialog: Locator) => Promise<void> = async () => {},
  ) => {
    await page.getByRole('button', { name: `Export ${format}`, exact: true }).click();
    const dialog = page.getByRole('dialog');
    await choose(dialog);
    const download = page.waitForEvent('download');
    await dialog.getByRole('button', { name: 'Export', exact: true }).click();
    return download;
  };
  const contentOf = async (download: Download) => readFile((await download.path()) as string);

  it('exports CSV in the named zone with the delimiter asked for, and Parquet', async () => {
    const page = await open(address());
    const csv = await exportAs(page, 'CSV', async (dialog) => {
      await dialog.getByRole('button', { name: '; Semicolon' }).click();
      await dialog.getByRole('checkbox', { name: /Pressure/ }).uncheck();
      await expectAccessible(page);
    });
    expect(csv.suggestedFilename()).toMatch(/^Lathe-1_\d{4}-\d\d-\d\d_0000_\d{4}-\d\d-\d\d_0600_raw\.csv$/);
    const lines = (await contentOf(csv)).toString().split('\r\n');
    expect(lines[0]).toBe('timestamp;temperature_c;speed_rpm');
    expect(lines[1]).toMatch(/^\d{4}-\d\d-\d\dT00:00:00\.000\+07:00;60;0$/);
    expect(lines).toHaveLength(2040 + 2);
    await page.getByText('2,040 of 2,040 rows').waitFor();
    // What runs is on every screen.
    await page.getByRole('link', { name: 'Fleet' }).first().click();
    await page.getByText(/Saved Lathe-1_/).waitFor();
    await page.goBack();
    const parquet = await contentOf(await exportAs(page, 'Parquet'));
    expect(parquet.subarray(0, 4).toString()).toBe('PAR1');
  }, 60_000);

  it('says when an export fails, and ends one that is cancelled', async () => {
    const page = await open(address());
    let downloads = 0;
    page.on('download', () => downloads++);
    let answer: 'fail' | 'wait' = 'fail';
    await page.route('**/export?**', (route) => (answer === 'fail' ? route.abort() : new Promise(() => {})));
    const start = async () => {
      await page.getByRole('button', { name: 'Export CSV', exact: true }).click();
      await page.getByRole('dialog').getByRole('button', { name: 'Export', exact: true }).click();
    };
    await start();
    await page.getByText('The server cannot be reached. Nothing was saved.').waitFor();
    await expectAccessible(page);
    answer = 'wait';
    await page.getByRole('region', { name: 'Exports' }).getByRole('button', { name: 'Try again' }).click();
    await page.getByRole('progressbar').waitFor();
    await page.getByRole('button', { name: 'Cancel export of Lathe 1' }).click();
    await page.getByRole('region', { name: 'Exports' }).waitFor({ state: 'detached' });
    expect(downloads).toBe(0);
  }, 60_000);

  it('is a tab of a machine, from which one goes on to comparing, and fits on a phone', async () => {
    const phone = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true };
    const path = `/machines/${latheId}/history?${new URLSearchParams(range)}`;
    const page = await open(path, phone);
    await page.getByText('Lathe 1, 1 min, 340 rows').waitFor();
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
    await page.getByRole('link', { name: 'Compare machines' }).click();
    await page.getByText('1 of 12').waitFor();
    await page.getByText('Lathe 1, 1 min, 340 rows').waitFor();
    expect(new URL(page.url()).pathname).toBe('/history');
    await page.getByRole('button', { name: 'Zoom in' }).tap();
    await zoomed(page);
  }, 60_000);
});
