// The shift hand-over: what is left open, a note, two signatures, and one page of A4.

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { expectAccessible } from '../support/accessibility.ts';
import { findBrowser } from '../support/find-browser.ts';
import { openPlant } from '../support/open-plant.ts';

const browser = findBrowser();

describe.skipIf(browser === null)('the shift report', () => {
  it('shows what is open, takes a note and both signatures, and prints on one page', async () => {
    const plant = await openPlant(browser as string);
    await plant.call('PUT', '/notifications/calendar', {
      ...{ zone: 'UTC', pattern: '3x8', starts_on: '2026-01-05', crews: [], cycle: [], holidays: [] },
      shifts: [
        { name: 'Morning', from: '06:00', to: '14:00' },
        { name: 'Evening', from: '14:00', to: '22:00' },
        { name: 'Night', from: '22:00', to: '06:00' },
      ],
    });
    const machineId = await plant.addMachine({ name: 'Press 012', location: 'Hall S' });
    await plant.publish(machineId, { temperature: 95 });
    const page = await plant.openPage('/alerts', 'supervisor1');
    await page.getByRole('link', { name: 'Shift report' }).click();
    await page.getByText(/^(Morning|Evening|Night) · /).waitFor();
    const open = page.getByRole('table', { name: 'Still open' });
    await open.getByRole('link', { name: 'Press 012' }).waitFor();
    await page.getByLabel('Add a note for the next shift').fill('Press 012: coolant refilled');
    await page.getByRole('button', { name: 'Add', exact: true }).click();
    await page.getByRole('region', { name: 'Notes' }).getByText('Press 012: coolant refilled').waitFor();
    await page.getByRole('button', { name: 'I hand over' }).click();
    await page.getByText(/^supervisor1, \d\d:\d\d$/).waitFor();
    await expectAccessible(page);
    const path = join(plant.dataDir, 'shift.pdf');
    await page.pdf({ path, preferCSSPageSize: true, printBackground: true });
    expect((await readFile(path, 'latin1')).match(/\/Type\s*\/Page\b(?!s)/g)).toHaveLength(1);
    const next = await plant.openPage('/shift', 'manager1');
    await next.getByRole('button', { name: 'I take over' }).click();
    await next.getByText(/^manager1, \d\d:\d\d$/).waitFor();
    expect(await next.getByRole('button', { name: /^I (hand|take) over$/ }).count()).toBe(0);
  }, 120_000);
});
