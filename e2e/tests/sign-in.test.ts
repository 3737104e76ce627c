// How people sign in: with a second factor, with a code that is kept for the worst case, and where they are signed in.

import type { Page } from 'playwright-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { totpCode, totpStep } from '../../server/src/users/second-factors/totp.ts';
import { expectAccessible } from '../support/accessibility.ts';
import { findBrowser } from '../support/find-browser.ts';
import { closeAfterAll, fillSignIn, openPlant, type Plant } from '../support/open-plant.ts';

const browser = findBrowser();

describe.skipIf(browser === null)('signing in', { timeout: 120_000 }, () => {
  const onEnd = closeAfterAll();
  let plant: Plant;
  /** Passkeys belong to a name, not to a number. */
  let address: string;
  beforeAll(async () => {
    plant = await openPlant(browser as string, onEnd);
    address = plant.http.replace('127.0.0.1', 'localhost');
  });

  const button = (page: Page, name: string | RegExp) => page.getByRole('button', { name, exact: true });
  const dialog = (page: Page) => page.getByRole('dialog');
  const password = (page: Page) => page.locator('input[autocomplete="current-password"]');
  const code = (page: Page) => page.locator('input[autocomplete="one-time-code"]');
  const open = async (path: string, username: string) => {
    const page = await (await plant.openBrowser()).newPage();
    await page.goto(`${address}${path}`);
    await fillSignIn(page, username);
    return page;
  };
  /** `looks`: whether each step can be read by everybody, too. @returns the key of the app */
  const addApp = async (page: Page, looks = false) => {
    await button(page, 'Add authenticator app').click();
    await button(page, 'Continue').click();
    const key = await page.getByRole('textbox', { name: 'Or enter this key in the app' }).inputValue();
    const secret = key.replaceAll(' ', '');
    await page.getByRole('img', { name: 'QR code for the authenticator app' }).waitFor();
    if (looks) await expectAccessible(page);
    await code(page).fill('000000');
    await button(page, 'Add it').click();
    await dialog(page).getByText('This code is wrong.').waitFor();
    // The steps before and after this one are accepted as well, each code once.
    await code(page).fill(totpCode(secret, totpStep(Date.now()) - 1));
    await button(page, 'Add it').click();
    await dialog(page).getByText('shown only now').waitFor();
    if (looks) await expectAccessible(page);
    return secret;
  };
  const storeCodes = async (page: Page) => {
    await page.locator('.recovery-codes code').first().waitFor();
    const codes = await page.locator('.recovery-codes code').allTextContents();
    expect(new Set(codes).size).toBe(10);
    await page.getByLabel('I have stored the codes').check();
    await button(page, 'Done').click();
    return codes;
  };

  it('asks for the code of an authenticator app, and returns to the page that was asked for', async () => {
    const page = await open('/settings/security', 'operator1');
    const secret = await addApp(page, true);
    const [recovery = ''] = await storeCodes(page);
    await page.getByText('10 recovery codes left').waitFor();

    const other = await open('/history', 'operator1');
    await code(other).waitFor();
    await expectAccessible(other);
    await code(other).fill('000000');
    await other.getByText('This code is wrong or was used already.').waitFor();
    await code(other).fill(totpCode(secret, totpStep(Date.now())));
    await other.locator('#content').waitFor();
    expect(new URL(other.url()).pathname).toBe('/history');

    // Without the phone.
    const third = await open('/', 'operator1');
    await button(third, 'Use a recovery code').click();
    await third.getByLabel('Recovery code').fill('not-one-of-them');
    await button(third, 'Continue').click();
    await third.getByText('This recovery code is wrong').waitFor();
    await third.getByLabel('Recovery code').fill(recovery);
    await button(third, 'Continue').click();
    await third.locator('#content').waitFor();

    // Each sign-in is listed with what it was done with, and ends where one wants it.
    await page.reload();
    await page.getByText('9 recovery codes left').waitFor();
    await page.getByText('Password and recovery code').waitFor();
    await page.getByText('Password and authenticator app').waitFor();
    await expectAccessible(page);
    await page
      .locator('.list-row.sessions')
      .filter({ hasText: 'Password and recovery code' })
      .getByRole('button')
      .click();
    await password(third).waitFor();
    await button(page, 'End all others').click();
    await password(other).waitFor();
    await page.getByText('this one').waitFor();

    // Management helps whoever has lost everything.
    const manager = await plant.openPage('/settings/users?find=operator1', 'manager1');
    await manager.getByText('Second factor: 1 factor').waitFor();
    await button(manager, 'Change operator1').click();
    await button(manager, 'Reset second factors …').click();
    await expectAccessible(manager);
    await button(manager, 'Reset second factors').click();
    await manager.getByText('The second factors of operator1 were removed').waitFor();
    await manager.getByText('Second factor: none').waitFor();
    for (const each of [page, other, third]) await each.context().close();
  });

  it('takes a passkey, which the policy may require of a role before anything else', async () => {
    const manager = await open('/settings/users', 'manager1');
    await manager.getByText('Set up a second factor of your own first').waitFor();
    await manager.getByRole('link', { name: 'Open Security' }).click();
    await addApp(manager);
    await storeCodes(manager);
    await manager.getByRole('link', { name: 'Users', exact: true }).click();
    const supervisors = manager.getByRole('group', { name: 'Second factor for Supervisor' });
    await supervisors.getByRole('button', { name: 'Required' }).click();
    await manager.getByText('1 of them has none yet').waitFor();
    await expectAccessible(manager);

    const context = await plant.openBrowser();
    const page = await context.newPage();
    await page.goto(`${address}/alerts`);
    await fillSignIn(page, 'supervisor1');
    await page.getByRole('heading', { name: 'A second factor is required' }).waitFor();
    await expectAccessible(page);
    // Now, because the end of the session with which axe is asked also removes the authenticator.
    const protocol = await context.newCDPSession(page);
    await protocol.send('WebAuthn.enable');
    await protocol.send('WebAuthn.addVirtualAuthenticator', {
      options: {
        protocol: 'ctap2',
        transport: 'internal',
        hasResidentKey: true,
        hasUserVerification: true,
        isUserVerified: true,
        automaticPresenceSimulation: true,
      },
    });
    await button(page, /^Passkey/).click();
    await button(page, 'Create passkey').click();
    await storeCodes(page);
    await page.locator('#content').waitFor();
    expect(new URL(page.url()).pathname).toBe('/alerts');

    await page.getByRole('button', { name: /supervisor1/ }).click();
    await page.getByRole('menuitem', { name: 'Sign out' }).click();
    await fillSignIn(page, 'supervisor1');
    await button(page, 'Use a passkey').click();
    await page.locator('#content').waitFor();

    // The last one cannot be removed while the role requires one.
    await page.goto(`${address}/settings/security`);
    await page.getByText('Your role requires one').waitFor();
    await page.getByText('Password and passkey').waitFor();
    await supervisors.getByRole('button', { name: 'Optional' }).click();
    await manager.getByText('Supervisor: Optional').waitFor();
    await context.close();
    await manager.context().close();
  });

  it('says how long it slows guesses down', async () => {
    const page = await open('/', 'nobody');
    await page.getByText('User name or password is wrong.').waitFor();
    await page.route('**/auth/login', (route) =>
      route.fulfill({
        status: 429,
        headers: { 'Retry-After': '2' },
        json: { status: 'error', code: 'too_many_attempts', message: 'Too many' },
      }),
    );
    await page.locator('button[type="submit"]').click();
    await page.getByText('Try again in 2 seconds.').first().waitFor();
    await page.getByText('You can try again now.').waitFor();
    await page.context().close();
  });

  it('lets people create an account where that is open', async () => {
    const page = await (await plant.openBrowser()).newPage();
    await page.goto(address);
    await button(page, 'Create an account').click();
    await expectAccessible(page);
    await page.getByLabel('User name').fill('putri');
    await page.getByLabel('E-mail').fill('putri@plant.example');
    await page.getByLabel('Password', { exact: true }).fill('Sturdy-Gate-41');
    await button(page, 'Create account').click();
    await page.getByText(/putri was created/).waitFor();
    await page.context().close();
  });
});
