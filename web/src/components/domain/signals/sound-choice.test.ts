import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { chooseSound, isSameMemory, NOTHING_HEARD, REPEAT_MS, type SoundMemory } from './sound-choice.ts';

const T = 1_800_000_000_000;
const warning = { id: 'a', severity: 'warning' as const };
const critical = { id: 'a', severity: 'critical' as const };
const other = { id: 'b', severity: 'critical' as const };
const alerts = fc.uniqueArray(
  fc.record({ id: fc.constantFrom('a', 'b', 'c', 'd', 'e'), severity: fc.constantFrom('warning', 'critical') }),
  { selector: ({ id }) => id },
) as fc.Arbitrary<{ id: string; severity: 'warning' | 'critical' }[]>;
/** What alarms after each of some steps, and how long each step takes. */
const story = fc.array(fc.record({ alarming: alerts, afterMs: fc.integer({ min: 0, max: 90_000 }) }), {
  maxLength: 30,
});

describe('the sound', () => {
  it('plays for a new alert, and not for another reading of it', () => {
    const first = chooseSound(NOTHING_HEARD, [warning], T);
    expect(first).toMatchObject({ play: 'warning', againMs: null });
    expect(chooseSound(first.memory, [warning], T + 3_600_000).play).toBeNull();
  });

  it('plays for an escalation, and the worst of several that are new', () => {
    const first = chooseSound(NOTHING_HEARD, [warning], T);
    expect(chooseSound(first.memory, [critical], T + 1_000).play).toBe('critical');
    expect(chooseSound(NOTHING_HEARD, [warning, other], T).play).toBe('critical');
  });

  it('repeats a critical one every 30 s until it is acknowledged', () => {
    const first = chooseSound(NOTHING_HEARD, [critical], T);
    expect(first.againMs).toBe(REPEAT_MS);
    expect(chooseSound(first.memory, [critical], T + REPEAT_MS - 1)).toMatchObject({ play: null, againMs: 1 });
    const again = chooseSound(first.memory, [critical], T + REPEAT_MS);
    expect(again).toMatchObject({ play: 'critical', againMs: REPEAT_MS });
    expect(chooseSound(again.memory, [], T + 3 * REPEAT_MS)).toMatchObject({ play: null, againMs: null });
  });

  it('repeats also when the clock was set back', () => {
    const first = chooseSound(NOTHING_HEARD, [critical], T);
    expect(chooseSound(first.memory, [critical], T - 3_600_000).play).toBe('critical');
  });

  it('does not ring for a value that swings about its limit, but for one that comes back later', () => {
    const first = chooseSound(NOTHING_HEARD, [warning], T);
    const gone = chooseSound(first.memory, [], T + 1_000);
    expect(chooseSound(gone.memory, [warning], T + 2_000).play).toBeNull();
    expect(chooseSound(gone.memory, [warning], T + 1_000 + REPEAT_MS).play).toBe('warning');
  });

  it('never plays without an alarm, never twice for the same within the repeat, and plans every repeat', () => {
    fc.assert(
      fc.property(story, (steps) => {
        let memory: SoundMemory = NOTHING_HEARD;
        let nowMs = T;
        for (const { alarming, afterMs } of steps) {
          nowMs += afterMs;
          const choice = chooseSound(memory, alarming, nowMs);
          const severities = alarming.map(({ severity }) => severity);
          if (choice.play !== null) expect(severities).toContain(choice.play);
          expect(choice.againMs !== null).toBe(severities.includes('critical'));
          const same = chooseSound(choice.memory, alarming, nowMs);
          expect(same.play).toBeNull();
          expect(isSameMemory(same.memory, choice.memory)).toBe(true);
          memory = choice.memory;
        }
        // What is over is forgotten: the memory does not grow.
        expect(chooseSound(chooseSound(memory, [], nowMs).memory, [], nowMs + REPEAT_MS).memory.heard).toEqual({});
      }),
    );
  });
});
