// Finds the Chromium of the machine; none is downloaded.

import { isExecutable } from '../../server/test/support/find-program.ts';

const PLACES = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome-stable',
  '/usr/bin/google-chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
];

/** null where there is none, with a notice; throws where the environment says that there must be one. */
export function findBrowser(env: Readonly<Record<string, string | undefined>> = process.env): string | null {
  const asked = env.CHROMIUM_PATH;
  const found = (asked === undefined || asked === '' ? PLACES : [asked]).find(isExecutable);
  if (found !== undefined) return found;
  const notice = 'No Chromium was found: the tests of the page cannot run. Install one or set CHROMIUM_PATH.';
  if (env.REQUIRE_SERVERS === '1') throw new Error(notice);
  process.stderr.write(`\n${notice}\n\n`);
  return null;
}
