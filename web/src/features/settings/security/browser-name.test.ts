import { describe, expect, it } from 'vitest';
import { browserName } from './browser-name.ts';

const CHROME = 'AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36';

describe('the name of a browser', () => {
  it.each([
    [`Mozilla/5.0 (Windows NT 10.0; Win64; x64) ${CHROME}`, 'Chrome 142', 'Windows', false],
    [`Mozilla/5.0 (Windows NT 10.0; Win64; x64) ${CHROME} Edg/142.0.3595.53`, 'Edge 142', 'Windows', false],
    ['Mozilla/5.0 (X11; Linux x86_64; rv:144.0) Gecko/20100101 Firefox/144.0', 'Firefox 144', 'Linux', false],
    [`Mozilla/5.0 (Linux; Android 15; K) ${CHROME}`, 'Chrome 142', 'Android', true],
    [
      'Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/26.0 Mobile/15E148 Safari/604.1',
      'Safari 26',
      'iPhone',
      true,
    ],
    [
      'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/26.1 Safari/605.1.15',
      'Safari 26',
      'macOS',
      false,
    ],
    ['curl/8.14.1', 'curl 8', null, false],
  ])('is taken from %s', (userAgent, browser, system, isMobile) => {
    expect(browserName(userAgent)).toEqual({ browser, system, isMobile });
  });

  it.each([null, '', 'something else'])('is unknown for %j', (userAgent) => {
    expect(browserName(userAgent)).toEqual({ browser: null, system: null, isMobile: false });
  });
});
