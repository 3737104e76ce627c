// What an operator sees: values that move as they are published, and an alert to acknowledge.

import { beforeAll, describe, expect, it } from 'vitest';
import { expectAccessible } from '../support/accessibility.ts';
import { findBrowser } from '../support/find-browser.ts';
import { closeAfterAll, fillSignIn, openPlant, type Plant } from '../support/open-plant.ts';

const browser = findBrowser();

describe.skipIf(browser === null)('the page', () => {
  const onEnd = closeAfterAll();
  let plant: Plant;
  beforeAll(async () => {
    plant = await openPlant(browser as string, onEnd);
  }, 60_000);

  it('shows a value as it is published, and lets an operator acknowledge the alert that it raises', async () => {
    const machineId = await plant.addMachine('Press 1');
    // The address asked for is where one is after signing in.
    const page = await plant.openPage(`/machines/${machineId}`, 'operator1');
    const temperature = page.getByRole('region', { name: 'Temperature' }).first();
    await temperature.waitFor();

    await plant.publish(machineId, { temperature: 61.5, pressure: 101 });
    await temperature.getByText('61.5').waitFor();
    await plant.publish(machineId, { temperature: 62.5, pressure: 101 });
    await temperature.getByText('62.5').waitFor();

    await plant.publish(machineId, { temperature: 95, pressure: 101 });
    await temperature.getByText('95').first().waitFor();
    const alerts = page.getByRole('listitem').filter({ hasText: 'Press 1' });
    await alerts.getByRole('button', { name: 'Acknowledge Press 1', exact: true }).click();
    await alerts.getByText('Acknowledged').first().waitFor();
    const { alerts: stored } = (await plant.get('/alerts')) as { alerts: { state: string; acknowledged_by: string }[] };
    expect(stored.map((alert) => [alert.state, alert.acknowledged_by])).toEqual([['active_acked', 'operator1']]);
    await expectAccessible(page);
  }, 60_000);

  it('turns a wrong password away and says so', async () => {
    const page = await (await plant.openBrowser()).newPage();
    await page.goto(plant.http);
    await fillSignIn(page, 'operator1', 'Wrong-Password-1');
    await page.getByRole('alert').getByText('User name or password is wrong.').waitFor();
    await expectAccessible(page);
  }, 60_000);
});
