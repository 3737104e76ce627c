import { expect, test } from 'vitest';
import { AllowedAddresses } from './allowed-addresses.ts';

test.each(['93.184.216.34', '2606:2800:220:1::1', '::ffff:93.184.216.34'])('%s is allowed', (address) => {
  expect(new AllowedAddresses([]).allows(address)).toBe(true);
});

test.each(['10.0.0.5', '127.0.0.1', '172.16.3.4', '192.168.1.1', '100.64.0.1', '::1', 'fd12::1', '::ffff:10.0.0.5'])(
  '%s is private, and allowed only where somebody says so',
  (address) => {
    expect(new AllowedAddresses([]).allows(address)).toBe(false);
    expect(new AllowedAddresses(['0.0.0.0/0', '::/0']).allows(address)).toBe(true);
  },
);

test.each([
  '169.254.169.254',
  '::ffff:169.254.169.254',
  'fe80::1',
  '0.0.0.0',
  '::',
  '224.0.0.1',
  'fd00:ec2::254',
  'x',
  '::ffff:a9fe:a9fe',
])('%s is never allowed', (address) => {
  expect(new AllowedAddresses(['0.0.0.0/0', '::/0']).allows(address)).toBe(false);
});

test('a single address can be allowed', () => {
  const allowed = new AllowedAddresses(['10.0.0.5']);
  expect([allowed.allows('10.0.0.5'), allowed.allows('10.0.0.6')]).toEqual([true, false]);
});
