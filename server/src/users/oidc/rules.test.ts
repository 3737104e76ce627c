// Which rule holds for a person, and which accounts may use a password where only OpenID Connect is used.

import { ROLES, type Role } from '@gonsters/contract';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { NO_PASSWORD } from '../user-repository.ts';
import { isBreakGlass } from './break-glass.ts';
import { ruleFor } from './group-rules.ts';

const group = fc.constantFrom('a', 'b', 'c', 'A', '*');
const rule = fc.record({ group, role: fc.constantFrom(...ROLES), factory_id: fc.constantFrom(null, 'F1') });

test('the first rule whose group the person has holds, and none without one', () => {
  fc.assert(
    fc.property(fc.array(rule, { maxLength: 8 }), fc.array(fc.constantFrom('a', 'b', 'd')), (rules, groups) => {
      const found = ruleFor(rules, groups);
      const matches = rules.map((each) => each.group === '*' || groups.some((one) => one === each.group));
      expect(found).toBe(matches.includes(true) ? rules[matches.indexOf(true)] : null);
    }),
  );
});

const account = fc.record({
  passwordHash: fc.constantFrom('hash', NO_PASSWORD),
  isActive: fc.boolean(),
  isBreakGlass: fc.boolean(),
  role: fc.constantFrom<Role>(...ROLES),
});

test('while an active Management account has a password, one of these can sign in; others only if they were named', () => {
  fc.assert(
    fc.property(fc.array(account, { maxLength: 6 }), (all) => {
      const may = all.filter((user) => isBreakGlass(user, all));
      const managers = all.filter(
        (user) => user.isActive && user.passwordHash === 'hash' && user.role === 'Management',
      );
      expect(may.some((user) => managers.includes(user))).toBe(managers.length > 0);
      for (const user of may) {
        expect(user).toMatchObject({ isActive: true, passwordHash: 'hash' });
        expect(user.isBreakGlass || user.role === 'Management').toBe(true);
      }
      for (const user of all) {
        if (user.isBreakGlass && user.isActive && user.passwordHash === 'hash') expect(may).toContain(user);
      }
    }),
  );
});
