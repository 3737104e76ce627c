import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { draftsOf, moved, type RuleDraft, ruleFaults, rulesOf, withGroup } from './rules-draft.ts';

const rule = (group: string, key = 0): RuleDraft => ({ key, group, role: 'Operator', factory: '' });

describe('the rules of OpenID Connect while they are edited', () => {
  it('come back as they were', () => {
    const rules = [
      { group: 'plant-managers', role: 'Management' as const, factory_id: null },
      { group: '*', role: 'Operator' as const, factory_id: 'cikarang-1' },
    ];
    expect(rulesOf(draftsOf(rules))).toEqual(rules);
  });

  it('say which of them never count', () => {
    expect(ruleFaults([rule('a'), rule(' '), rule('a '), rule('*'), rule('b')])).toEqual([
      null,
      'rules.fault.group',
      'rules.fault.twice',
      null,
      'rules.fault.after_everybody',
    ]);
  });

  it('get a new group before the rule for everybody, where it counts', () => {
    const drafts = withGroup([rule('a', 4), rule('*', 7)], 'b');
    expect(drafts.map(({ group }) => group)).toEqual(['a', 'b', '*']);
    expect(new Set(drafts.map(({ key }) => key)).size).toBe(3);
    expect(withGroup([], 'b')).toHaveLength(1);
  });

  it('keep every rule when one is moved, and the order of the others', () => {
    const place = fc.integer({ min: -2, max: 8 });
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 6 }), place, place, (count, from, to) => {
        const drafts = Array.from({ length: count }, (_, key) => rule(`group ${key}`, key));
        const after = moved(drafts, from, to);
        const canMove = drafts[from] !== undefined && to >= 0 && to < count;
        if (!canMove) {
          expect(after).toBe(drafts);
          return;
        }
        expect(after[to]).toBe(drafts[from]);
        expect(after.filter((each) => each !== drafts[from])).toEqual(drafts.filter((_, at) => at !== from));
      }),
    );
  });
});
