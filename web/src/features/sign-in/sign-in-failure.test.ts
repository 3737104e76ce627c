import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ApiError } from '../../api/http/send.ts';
import { codeDigits, oidcErrorText, signInFailure } from './sign-in-failure.ts';

describe('why a step of signing in failed', () => {
  it('is what was entered, the time that has passed, or guesses that are slowed down', () => {
    expect(signInFailure(new ApiError(401, 'invalid_credentials', ''))).toEqual({ kind: 'wrong' });
    expect(signInFailure(new ApiError(401, 'invalid_second_factor', ''))).toEqual({ kind: 'wrong' });
    expect(signInFailure(new ApiError(401, 'second_factor_expired', ''))).toEqual({ kind: 'expired' });
    const slow = new ApiError(429, 'too_many_attempts', '', { retryAfterS: 12.2 });
    expect(signInFailure(slow)).toEqual({ kind: 'slowed_down', seconds: 13 });
    expect(signInFailure(new ApiError(429, 'rate_limited', ''))).toEqual({ kind: 'slowed_down', seconds: 5 });
    const offline = new ApiError(0, 'offline', '');
    expect(signInFailure(offline)).toEqual({ kind: 'other', error: offline });
    expect(signInFailure('broken')).toEqual({ kind: 'other', error: 'broken' });
  });

  it('is read from the address to which the provider sends people back', () => {
    expect(oidcErrorText('#oidc_error=no_rule')).toBe('oidc.error.no_rule');
    expect(oidcErrorText('#oidc_error=toString')).toBe('oidc.error.failed');
    expect(oidcErrorText('#code=abc')).toBeNull();
    expect(oidcErrorText('')).toBeNull();
  });
});

describe('a code', () => {
  it('is six digits at most, whatever stands between them', () => {
    expect(codeDigits(' 123 456 ')).toBe('123456');
    expect(codeDigits('12-34-56-78')).toBe('123456');
    fc.assert(
      fc.property(fc.string(), (typed) => {
        expect(codeDigits(typed)).toMatch(/^\d{0,6}$/);
      }),
    );
  });
});
