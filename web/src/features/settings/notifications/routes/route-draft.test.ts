import type { NotificationRoute } from '@gonsters/contract';
import { describe, expect, it } from 'vitest';
import { isCompleteChain, routeDraft, routeOf, withMatch, withRepeat, withStep } from './route-draft.ts';

const ROUTE: NotificationRoute = {
  id: '00000000-0000-4000-8000-000000000001',
  name: 'Hall D',
  is_default: false,
  is_active: true,
  match: { locations: ['Hall D'] },
  continue: true,
  chain: {
    steps: [{ wait_seconds: 0, tell: [{ kind: 'webhooks' }], repeat: 2, every_seconds: 300 }],
    stop_on_clear: true,
  },
  created_at: '2026-01-01T00:00:00.000Z',
  updated_at: '2026-01-01T00:00:00.000Z',
};

describe('a route while it is edited', () => {
  it('is the same as before where nothing was changed', () => {
    const { name, match, chain } = ROUTE;
    expect(routeOf(routeDraft(ROUTE, { kind: 'webhooks' }))).toEqual({ name, match, continue: true, chain });
  });

  it('asks for everything that a target needs', () => {
    const draft = routeDraft(null, { kind: 'person', user_id: '' });
    expect(isCompleteChain(draft)).toBe(false);
    expect(isCompleteChain(routeDraft(null, { kind: 'role', role: 'Supervisor' }))).toBe(true);
    expect(isCompleteChain({ steps: [] })).toBe(false);
  });

  it('gives each step a key of its own, whatever was removed before', () => {
    const draft = withStep(withStep(routeDraft(ROUTE, { kind: 'webhooks' }), { kind: 'webhooks' }), {
      kind: 'webhooks',
    });
    const fewer = { ...draft, steps: draft.steps.toSpliced(1, 1) };
    const keys = withStep(fewer, { kind: 'webhooks' }).steps.map(({ key }) => key);
    expect(new Set(keys).size).toBe(keys.length);
  });

  it('has a time between repetitions, and none without', () => {
    const step = { wait_seconds: 0, tell: [], repeat: 0, every_seconds: 0 };
    expect(withRepeat(step, 2)).toMatchObject({ repeat: 2, every_seconds: 300 });
    expect(withRepeat({ ...step, every_seconds: 120 }, 1)).toMatchObject({ every_seconds: 120 });
    expect(withRepeat({ ...step, repeat: 1, every_seconds: 120 }, 0)).toMatchObject({ repeat: 0, every_seconds: 0 });
  });

  it('leaves out of the matchers what does not narrow', () => {
    const match = withMatch({ locations: ['A'] }, 'severities', ['critical']);
    expect(withMatch(match, 'locations', [])).toEqual({ severities: ['critical'] });
    expect(withMatch({}, 'holidays', false)).toEqual({ holidays: false });
    expect(withMatch({ holidays: true }, 'holidays', undefined)).toEqual({});
  });
});
