// Signing in with a real provider of OpenID Connect, from the button to the page that was asked for.

import { createServer } from 'node:net';
import { beforeAll, describe, expect, it } from 'vitest';
import { type OidcServer, startOidcProvider } from '../../server/test/support/start-oidc-provider.ts';
import { expectAccessible } from '../support/accessibility.ts';
import { findBrowser } from '../support/find-browser.ts';
import { closeAfterAll, openPlant, type Plant } from '../support/open-plant.ts';

const browser = findBrowser();

/** The provider has to know the address of the server before the server starts. */
async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}

describe.skipIf(browser === null)('signing in with OpenID Connect', { timeout: 60_000 }, () => {
  const onEnd = closeAfterAll();
  let plant: Plant;
  let provider: OidcServer;
  beforeAll(async () => {
    const port = await freePort();
    const address = `http://127.0.0.1:${port}`;
    provider = await startOidcProvider([`${address}/api/v1/auth/oidc/callback`]);
    onEnd(() => provider.stop());
    plant = await openPlant(browser as string, onEnd, { ...provider.env, PORT: String(port), PUBLIC_URL: address });
  });

  it('refuses who has no rule, lets Management make one of the group, and returns to the page that was asked for', async () => {
    provider.account = { sub: 'p-1', preferred_username: 'wulan', email: 'wulan@plant.example', groups: ['hall-b'] };
    const page = await (await plant.openBrowser()).newPage();
    await page.goto(`${plant.http}/alerts`);
    await page.getByRole('link', { name: 'Sign in with Plant account' }).click();
    await page.getByText('No rule admits any of your groups.').waitFor();
    await expectAccessible(page);

    const manager = await plant.openPage('/settings/users', 'manager1');
    await manager.getByText('wulan').waitFor();
    await manager.getByRole('button', { name: 'Make a rule of hall-b' }).click();
    await expectAccessible(manager);
    await manager.getByRole('button', { name: 'Save rules' }).click();
    await manager.getByText('Rules saved').waitFor();

    await page.goto(`${plant.http}/history`);
    await page.getByRole('link', { name: 'Sign in with Plant account' }).click();
    await page.locator('#content').waitFor();
    await page.waitForURL('**/history*');
    await page.goto(`${plant.http}/settings/security`);
    await page.getByText('The second factor is a matter of that provider.').waitFor();
    expect(await page.getByLabel('Current password').count()).toBe(0);
    await page.context().close();
  });
});
