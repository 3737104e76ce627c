// What an operator sees: values that move as they are published, and an alert to acknowledge.

import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { findBrowser } from '../support/find-browser.ts';
import { openPlant } from '../support/open-plant.ts';

const browser = findBrowser();

async function signInAs(page: Page, username: string): Promise<void> {
  await page.getByLabel('User name or e-mail').fill(username);
  await page.getByLabel('Password', { exact: true }).fill('Password123!');
  await page.getByRole('button', { name: 'Sign in' }).click();
}

describe.skipIf(browser === null)('the page', () => {
  it('shows a value as it is published, and lets an operator acknowledge the alert that it raises', async () => {
    const plant = await openPlant(browser as string);
    const machineId = await plant.addMachine('Press 1');
    const page = await (await plant.openBrowser()).newPage();
    const faults: string[] = [];
    page.on('pageerror', (error) => faults.push(error.message));

    // The address asked for is where one is after signing in.
    await page.goto(`${plant.http}/machines/${machineId}`);
    await signInAs(page, 'operator1');
    const temperature = page.getByRole('region', { name: 'Temperature' }).first();
    await temperature.waitFor();

    await plant.publish(machineId, { temperature: 61.5, pressure: 101 });
    await temperature.getByText('61.5').waitFor();
    await plant.publish(machineId, { temperature: 62.5, pressure: 101 });
    await temperature.getByText('62.5').waitFor();

    await plant.publish(machineId, { temperature: 95, pressure: 101 });
    await temperature.getByText('95').first().waitFor();
    const alerts = page.getByRole('listitem').filter({ hasText: 'Press 1' });
    await alerts.getByRole('button', { name: 'Acknowledge', exact: true }).first().click();
    await alerts.getByText('Acknowledged').first().waitFor();
    const { alerts: stored } = (await plant.get('/alerts')) as { alerts: { state: string; acknowledged_by: string }[] };
    expect(stored.map((alert) => [alert.state, alert.acknowledged_by])).toEqual([['active_acked', 'operator1']]);
    expect(faults).toEqual([]);
  }, 60_000);

  it('turns a wrong password away and says so', async () => {
    const plant = await openPlant(browser as string);
    const page = await (await plant.openBrowser()).newPage();
    await page.goto(plant.http);
    await page.getByLabel('User name or e-mail').fill('operator1');
    await page.getByLabel('Password', { exact: true }).fill('Wrong-Password-1');
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByRole('alert').getByText('User name or password is wrong.').waitFor();
  }, 60_000);
});
