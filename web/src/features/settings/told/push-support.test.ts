import { describe, expect, it } from 'vitest';
import { browserName, pushNeed } from './push-support.ts';

const FINE = {
  isSecure: true,
  hasWorker: true,
  hasPush: true,
  permission: 'default' as const,
  isApple: false,
  isStandalone: false,
};

describe('what Web Push needs', () => {
  it.each([
    ['nothing', {}, null],
    ['nothing once allowed', { permission: 'granted' as const }, null],
    ['HTTPS', { isSecure: false, hasWorker: false }, 'https'],
    ['the home screen on an iPhone', { isApple: true, hasPush: false }, 'home'],
    ['nothing from the home screen', { isApple: true, isStandalone: true }, null],
    ['another browser', { hasPush: false }, 'none'],
    ['permission in the settings of the browser', { permission: 'denied' as const }, 'denied'],
  ])('is %s', (_, part, need) => {
    expect(pushNeed({ ...FINE, ...part })).toBe(need);
  });

  it('names the browser as people know it', () => {
    const agent = 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0 Safari/537.36';
    expect(browserName(agent)).toEqual({ browser: 'Chrome', system: 'Linux' });
    expect(browserName(`${agent} Edg/130.0`).browser).toBe('Edge');
  });
});
