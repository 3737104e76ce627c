// Connecting a device: the programs that the page offers are run as they are, and the page shows what came of them.

import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Page } from 'playwright-core';
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { findMosquittoPub } from '../../server/test/support/find-program.ts';
import { expectAccessible } from '../support/accessibility.ts';
import { findBrowser } from '../support/find-browser.ts';
import { closeAfterAll, openPlant, type Plant } from '../support/open-plant.ts';

const browser = findBrowser();
const mosquittoPub = findMosquittoPub();
const run = promisify(execFile);
const shell = (command: string) => run('sh', ['-c', command]);
const PHONE = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true };

describe.skipIf(browser === null || mosquittoPub === null)('connecting a device', { timeout: 60_000 }, () => {
  const onEnd = closeAfterAll();
  let plant: Plant;
  beforeAll(async () => {
    plant = await openPlant(browser as string, onEnd);
    await plant.addMachine('PUMP-029');
  });
  const button = (page: Page, name: string) => page.getByRole('button', { name, exact: true });
  const program = async (page: Page, tool: string) => {
    await button(page, tool).click();
    return (await page.locator('.snippet pre').textContent()) ?? '';
  };

  it('offers programs that work as they are, and shows what came of them', async () => {
    const page = await plant.openPage('/settings/gateways', 'manager1');
    await button(page, 'Add gateway').click();
    await page.getByLabel('Name', { exact: true }).fill('pump-house');
    await page.getByLabel('May publish for').selectOption('Every machine of the plant');
    await button(page, 'Add gateway').last().click();
    await page.getByLabel('I have stored the password').check();
    await button(page, 'Done').click();
    await page.getByLabel('Find a machine', { exact: true }).fill('pump');
    await page.getByRole('button', { name: /PUMP-029/ }).click();
    await page.getByText('Waiting for its first message').waitFor();
    await expectAccessible(page);

    const publish = await program(page, 'Shell');
    await shell(publish);
    await page.getByText(/^It came, /).waitFor();
    const message = page.locator('.first-message');
    await message.getByText('"temperature":41.8').waitFor();

    // A message that names no machine, and a client with a wrong password.
    await shell(publish.replace(/-t '[^']+'/, "-t 'hall/7'"));
    await page.getByText(/^Refused, .+machine/).waitFor();
    await message.getByText('hall/7').waitFor();
    await expect(shell(publish.replace(/-P '[^']+'/, "-P 'wrong'"))).rejects.toThrow();
    await page.getByText(/^Connection refused, /).waitFor();

    const { stdout } = await shell(await program(page, 'HTTP'));
    expect(JSON.parse(stdout)).toMatchObject({ status: 'success' });
    await page.getByText(/^It came, /).waitFor();

    const directory = await mkdtemp(join(tmpdir(), 'gonsters-connect-'));
    onTestFinished(() => rm(directory, { recursive: true, force: true }));
    const file = join(directory, 'connect.py');
    await writeFile(file, await program(page, 'Python'));
    await run('python3', ['-m', 'py_compile', file]);
    expect(JSON.parse(await program(page, 'Node-RED'))).toHaveLength(3);
    expect(await program(page, 'ESP32')).toContain('#include <PubSubClient.h>');

    // The password is in the page only until the page is left.
    await page.reload();
    await page.getByText('The password is shown only when it is made.').waitFor();
    expect(await program(page, 'Shell')).toContain("-P '<password>'");
  });

  it('copies a program where the browser has no clipboard, as without HTTPS', async () => {
    const page = await plant.openPage('/settings/gateways', 'manager1');
    await page.evaluate(() => Object.defineProperty(navigator, 'clipboard', { value: undefined }));
    await page.evaluate(() => {
      document.addEventListener('copy', () => {
        const { value } = document.activeElement as HTMLTextAreaElement;
        document.body.dataset.copied = value;
      });
    });
    await button(page, 'HTTP').click();
    await button(page, 'Copy curl, ready to paste').click();
    await page.getByText('Copied').first().waitFor({ state: 'attached' });
    expect(await page.locator('body').getAttribute('data-copied')).toContain('curl -sS --fail-with-body');
  });

  it('tells on the page of a machine that never reported what came for it, to every role', async () => {
    const machineId = await plant.addMachine('PUMP-030');
    const page = await plant.openPage(`/machines/${machineId}`, 'operator1', PHONE);
    await page.getByText(/^Nothing has come for it in the last 24 hours/).waitFor();
    await page.getByText('Waiting for its first message').waitFor();
    // An operator may not see gateways, and is told where the credentials are from.
    expect(await page.locator('.snippet pre').textContent()).toContain("-u '<user name>' -P '<password>'");
    await plant.publishAll(machineId, [{ timestamp: 'yesterday' }]);
    await page.getByText(/^1 message came for it since .+ None was stored: /).waitFor();
    await page.getByText(/^Refused, /).waitFor();
    await expectAccessible(page);
    await plant.publish(machineId, { temperature: 20 });
    await page.getByText(/^It came, /).waitFor();
  });
});
