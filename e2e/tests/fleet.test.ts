// The fleet as people use it: from afar as cells, from near as cards and rows, always worst first.

import { beforeAll, describe, expect, it } from 'vitest';
import { expectAccessible } from '../support/accessibility.ts';
import { findBrowser } from '../support/find-browser.ts';
import { closeAfterAll, openPlant, type Plant } from '../support/open-plant.ts';

const browser = findBrowser();
const MACHINES = 70;
const PHONE = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true };

describe.skipIf(browser === null)('the fleet', () => {
  let plant: Plant;
  const ids = new Map<string, string>();
  const idOf = (name: string) => ids.get(name) ?? '';

  const onEnd = closeAfterAll();
  beforeAll(async () => {
    plant = await openPlant(browser as string, onEnd);
    const rows = Array.from({ length: MACHINES }, (_, i) => ({
      name: `M-${String(i + 1).padStart(3, '0')}`,
      location: i < 40 ? 'Hall A' : 'Hall B',
      sensor_type: i % 2 === 0 ? 'press' : 'pump',
      status: i === 5 ? 'maintenance' : 'active',
    }));
    const { machine_ids } = (await plant.call('POST', '/data/machines/import', rows)) as { machine_ids: string[] };
    for (const [i, { name }] of rows.entries()) ids.set(name, machine_ids[i] as string);
    const calm = { temperature: 65, pressure: 100, speed: 0 };
    for (const name of ['M-001', 'M-002', 'M-003', 'M-006', 'M-050']) await plant.publish(idOf(name), calm);
    await plant.publish(idOf('M-060'), { ...calm, temperature: 95 });
    await plant.publish(idOf('M-002'), { ...calm, pressure: 155 });
  }, 90_000);

  it('is a grid above sixty machines; a cell is read out, and opened by the keyboard', async () => {
    const page = await plant.openPage('/', 'operator1');
    const grid = page.getByRole('application', { name: `${MACHINES} machines by location, worst first` });
    await grid.waitFor();
    // Hall B has the critical one, so it stands first.
    await expect.poll(() => page.locator('.heat-label b').allTextContents()).toEqual(['Hall B', 'Hall A']);
    await page.getByRole('link', { name: 'Skip to content' }).focus();
    await grid.focus();
    await page.keyboard.press('Home');
    const readout = page.locator('.heat [role="status"]');
    await expect.poll(() => readout.textContent()).toContain('M-060, Hall B, Critical, Temperature 95.0 °C');
    await page.keyboard.press('ArrowDown');
    await expect.poll(() => readout.textContent()).toContain('Hall A');
    await expectAccessible(page);
    await page.keyboard.press('Home');
    await page.keyboard.press('Enter');
    await page.waitForURL(`**/machines/${idOf('M-060')}*`);
  }, 90_000);

  it('says under the pointer which machine it is, and opens it', async () => {
    const page = await plant.openPage('/', 'operator1');
    const canvas = page.locator('.heat-cells canvas');
    await page.locator('.heat-label').first().waitFor();
    const box = await canvas.boundingBox();
    const label = await page.locator('.heat-label').first().boundingBox();
    if (!box || !label) throw new Error('Nothing was drawn');
    const at = { x: label.x + label.width + 14 + 6, y: label.y + 8 };
    await page.mouse.move(at.x, at.y);
    await page.locator('.heat-tip').getByText('M-060').waitFor();
    expect(await page.locator('.heat-tip').textContent()).toContain('95.0');
    await page.mouse.click(at.x, at.y);
    await page.waitForURL(`**/machines/${idOf('M-060')}*`);
  }, 90_000);

  it('has numbers of the whole fleet that lead to the machines they count', async () => {
    const page = await plant.openPage('/?view=table&q=M-0', 'operator1');
    const stats = page.getByRole('region', { name: 'Whole fleet' });
    await stats.getByText(String(MACHINES), { exact: true }).waitFor();
    await stats.getByRole('link', { name: /In alert/ }).click();
    await page.waitForURL(/status=alert/);
    const rows = page.locator('tr[data-row]');
    await expect.poll(() => rows.locator('th').allTextContents()).toEqual(['M-060', 'M-002']);
    await stats.getByRole('link', { name: /Maintenance/ }).click();
    await expect.poll(() => rows.locator('th').allTextContents()).toEqual(['M-006']);
  }, 90_000);

  it('is a table that is ordered at its heads, by the server, in the address', async () => {
    const page = await plant.openPage('/?view=table', 'operator1');
    const names = () => page.locator('tr[data-row] th').allTextContents();
    await expect.poll(async () => (await names()).slice(0, 2)).toEqual(['M-060', 'M-002']);
    // Zero is a value.
    expect(await page.locator('tr[data-row]').first().locator('td.value').last().textContent()).toBe('0');
    const head = page.getByRole('columnheader', { name: 'Machine' });
    await head.getByRole('button').click();
    await expect.poll(async () => (await names())[0]).toBe('M-001');
    await head.getByRole('button').click();
    await expect.poll(async () => (await names())[0]).toBe('M-070');
    expect(await head.getAttribute('aria-sort')).toBe('descending');
    expect(new URL(page.url()).searchParams.get('order')).toBe('-name');
    await expectAccessible(page);
    await page.reload();
    await expect.poll(async () => (await names())[0]).toBe('M-070');
    await page.locator('tr[data-row="0"] a').focus();
    await page.keyboard.press('End');
    // The last of those that are loaded.
    await expect.poll(() => page.evaluate(() => document.activeElement?.textContent)).toMatch(/^M-0(11|01)$/);
    // It keeps the focus when the rest is loaded, which comes above it in part, and when the table is scrolled away from it.
    const focusedRow = () => page.evaluate(() => document.activeElement?.closest('tr')?.dataset.row);
    await expect.poll(focusedRow).toMatch(/^(64|69)$/);
    await page.evaluate(() => window.scrollTo(0, 0));
    await page.locator('tr[data-row="0"]').waitFor();
    expect(await focusedRow()).toMatch(/^(64|69)$/);
    await page.keyboard.press('Enter');
    await page.waitForURL(/\/machines\/[0-9a-f-]{36}/);
  }, 90_000);

  it('has the headline of each type, and the columns that one chooses, which are kept', async () => {
    await plant.publish(idOf('M-004'), { temperature: 65, oil_level: 81.5 });
    const type = await plant.get('/machine-types/pump');
    const { name, machines, created_at, updated_at, updated_by, ...pump } = type.machine_type as Record<
      string,
      unknown
    >;
    await plant.call('PUT', '/machine-types/pump', { ...pump, headline: ['speed', 'oil_level'] });
    const page = await plant.openPage('/?view=table&type=pump', 'operator1');
    const heads = () => page.locator('.metric-head').allTextContents();
    const texts = async () => (await heads()).map((text) => text.trim());
    await expect.poll(texts).toEqual(['Speed RPM', 'Oil level ?']);
    await page
      .locator('tr[data-row]')
      .filter({ hasText: 'M-004' })
      .getByText(/^81\.50?$/)
      .waitFor();
    await page.getByRole('button', { name: 'Columns' }).click();
    const chooser = page.getByRole('dialog', { name: 'Columns of pump' });
    await chooser.getByRole('button', { name: 'Move Oil level to the left' }).click();
    await chooser.getByRole('searchbox').fill('press');
    await chooser.getByRole('checkbox', { name: /Pressure/ }).check();
    await expectAccessible(page);
    await page.keyboard.press('Escape');
    await page.reload();
    await expect.poll(texts).toEqual(['Oil level ?', 'Speed RPM', 'Pressure kPa']);
    // Of several types each group has its own heads.
    await page.goto(`${plant.http}/?view=table&q=M-00`);
    await page.locator('.type-row').filter({ hasText: 'pump' }).getByText('Oil level').waitFor();
    await page.locator('.type-row').filter({ hasText: 'press' }).getByText('Temperature').waitFor();
    await page.goto(`${plant.http}/?view=cards&type=pump&q=M-004`);
    await page.locator('.machine-card').getByText('Oil level').waitFor();
  }, 90_000);

  it('filters by search, and by what stands in the address, in every view', async () => {
    const page = await plant.openPage('/?view=cards&location=Hall+B&type=pump', 'operator1');
    const cards = page.locator('.machine-card');
    await expect.poll(() => cards.locator('b').first().textContent()).toBe('M-060');
    expect(await cards.count()).toBe(15);
    await page.getByRole('searchbox', { name: 'Search machines' }).first().fill('M-05');
    await expect
      .poll(() => cards.locator('b').allTextContents())
      .toEqual(['M-050', 'M-052', 'M-054', 'M-056', 'M-058']);
    await page.getByRole('searchbox', { name: 'Search machines' }).first().fill('nothing of this kind');
    await page.locator('#content').getByText('No machine matches').waitFor();
    await page.locator('#content').getByRole('button', { name: 'Clear filters' }).click();
    await expect.poll(() => cards.count()).toBe(60);
    await page.getByText('60 of 70, narrow the filters to see others').waitFor();
    await expectAccessible(page);
  }, 90_000);

  it('follows what happens: a value, and a new alert that moves a machine to the top', async () => {
    const page = await plant.openPage('/?view=cards&q=M-00', 'operator1');
    const card = page.locator('.machine-card').filter({ hasText: 'M-003' });
    await card.getByText('65.0').waitFor();
    // Filled from history: there is a line, not only a point, once there are two readings.
    await plant.publish(idOf('M-003'), { temperature: 97, pressure: 101, speed: 5 });
    await card.getByText('97.0').waitFor();
    await card.getByText('Critical').waitFor();
    await expect.poll(() => page.locator('.machine-card b').first().textContent(), { timeout: 15_000 }).toBe('M-003');
    await expect.poll(() => card.locator('.spark-end').getAttribute('d')).toMatch(/^M/);
    await plant.publish(idOf('M-003'), { temperature: 65, pressure: 101, speed: 5 });
  }, 90_000);

  it('offers what adds machines only to who may add them, and the list to everybody', async () => {
    const operator = await plant.openPage('/?q=M-06', 'operator1');
    await operator.locator('#content').getByRole('button', { name: 'More' }).click();
    expect(await operator.getByRole('button', { name: 'Add machine' }).count()).toBe(0);
    expect(await operator.getByRole('menuitem', { name: 'Import machines' }).count()).toBe(0);
    const download = operator.waitForEvent('download');
    await operator.getByRole('menuitem', { name: 'Export as CSV' }).click();
    const file = await download;
    expect(file.suggestedFilename()).toBe('machines.csv');
    const chunks: Buffer[] = [];
    for await (const chunk of await file.createReadStream()) chunks.push(chunk as Buffer);
    expect(Buffer.concat(chunks).toString().trim().split('\r\n')).toHaveLength(11);
    // Where the browser lets one choose a place, the file goes straight there: here into the page's own disk.
    await operator.evaluate(() =>
      Object.assign(window, {
        showSaveFilePicker: async ({ suggestedName }: { suggestedName: string }) =>
          (await navigator.storage.getDirectory()).getFileHandle(suggestedName, { create: true }),
      }),
    );
    await operator.locator('#content').getByRole('button', { name: 'More' }).click();
    await operator.getByRole('menuitem', { name: 'Export as JSON' }).click();
    const written = () =>
      operator.evaluate(async () => {
        const disk = await navigator.storage.getDirectory();
        const handle = await disk.getFileHandle('machines.json').catch(() => null);
        return (await handle?.getFile())?.text();
      });
    await expect.poll(async () => (await written())?.match(/"name":/g)?.length).toBe(10);
    const supervisor = await plant.openPage('/', 'supervisor1');
    expect(await supervisor.getByRole('button', { name: 'Add machine' }).count()).toBeGreaterThan(0);
  }, 90_000);

  it('never says that all is well while nothing is heard', async () => {
    const page = await plant.openPage('/?view=heat', 'operator1');
    const stat = page.getByRole('region', { name: 'Whole fleet' }).getByRole('link', { name: /In alert/ });
    await expect.poll(() => stat.textContent()).toContain('critical');
    // The view is there before the network goes.
    await page.locator('.updated-age', { hasText: 'updated' }).waitFor();
    await page.context().setOffline(true);
    await page.getByText(/Offline since/).waitFor({ timeout: 60_000 });
    expect(await stat.textContent()).not.toContain('None');
    expect(await page.locator('.updated-age').textContent()).not.toContain('updated');
    await page.context().setOffline(false);
  }, 90_000);

  it('is at hand on a phone: tapping beside a cell opens the nearest, the list scrolls and is worst first', async () => {
    const page = await plant.openPage('/', 'operator1', PHONE);
    const label = page.locator('.heat-label').first();
    await label.waitFor();
    const area = page.locator('.heat-cells');
    await area.scrollIntoViewIfNeeded();
    await expectAccessible(page);
    await area.tap({ position: { x: 2, y: 26 } });
    await page.waitForURL(`**/machines/${idOf('M-060')}*`);
    await page.getByRole('link', { name: 'Machines', exact: true }).tap();
    const rows = page.locator('.machine-row b');
    await expect.poll(() => rows.first().textContent()).toBe('M-060');
    await expectAccessible(page);
    await page.evaluate(() => window.scrollTo(0, document.body.scrollHeight));
    await expect.poll(() => rows.allTextContents(), { timeout: 10_000 }).not.toContain('M-060');
    // Rows come and go while the list settles.
    const rowHeight = async () => (await page.locator('.machine-row').first().boundingBox())?.height ?? 0;
    await expect.poll(rowHeight).toBeGreaterThanOrEqual(44);
    await page.getByRole('link', { name: 'Fleet', exact: true }).tap();
    for (const view of ['Cards', 'Table']) {
      await page.getByRole('button', { name: view }).tap();
      await page
        .locator(view === 'Cards' ? '.machine-card' : '.machine-row')
        .first()
        .waitFor();
      await expectAccessible(page);
    }
  }, 90_000);
});

describe.skipIf(browser === null)('a fleet without machines', () => {
  it('explains how to begin, and offers it to who may', async () => {
    const plant = await openPlant(browser as string);
    const manager = await plant.openPage('/', 'manager1');
    const content = manager.locator('#content');
    await content.getByText('No machines yet').waitFor();
    await content.getByRole('button', { name: 'Import CSV' }).waitFor();
    // A plant that has never sent anything is not silent.
    expect(await manager.locator('header .live').textContent()).toBe('Live');
    await expectAccessible(manager);
    const operator = await plant.openPage('/', 'operator1');
    await operator.locator('#content').getByText('No machines yet').waitFor();
    expect(await operator.getByRole('button', { name: 'Import CSV' }).count()).toBe(0);

    // The longest words stay within the table, between both panels.
    const id = await plant.addMachine({
      name: 'Hydraulische Karosseriepresse Servoline 4000, Linie 3',
      location: 'Gedung Produksi Barat, Sel Pengelasan Robotik',
    });
    await plant.publish(id, { temperature: 95, pressure: 120, speed: 99_000 });
    const [alert] = (await plant.get(`/alerts?machine_id=${id}`)).alerts as { id: string }[];
    await plant.call('POST', `/alerts/${alert?.id}/acknowledge`, {});
    const wide = { viewport: { width: 1440, height: 900 } };
    const page = await plant.openPage('/?view=table', 'operator1', wide);
    await page.locator('tr[data-row]').getByText('Acknowledged').waitFor();
    const beyond = await page.locator('.machine-table').evaluate((table) => {
      return table.getBoundingClientRect().right - (table.parentElement?.getBoundingClientRect().right ?? 0);
    });
    expect(beyond).toBeLessThanOrEqual(0);
  }, 120_000);
});
