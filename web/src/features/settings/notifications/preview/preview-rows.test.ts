import { describe, expect, it } from 'vitest';
import { previewRows } from './preview-rows.ts';

const step = (number: number, part: object = {}) => ({
  at: `2026-01-01T00:0${number}:00.000Z`,
  number,
  repetition: 0,
  route_id: 'r',
  target: 'Maintenance on duty',
  targets: [{ kind: 'duty' as const, name: 'Maintenance' }],
  tells: [],
  gap: null,
  gap_reasons: [],
  ...part,
});
const tell = (id: string | null, contact: string) => ({
  person: id === null ? null : { id, name: `Name of ${id}` },
  channel_id: 'c',
  kind: 'email',
  contact,
  note: null,
  note_reason: null,
});

describe('the answer to who would be told', () => {
  it('says that the same step tells nobody once more, but not where somebody else of it is told', () => {
    const reason = { code: 'nobody_on_duty' as const, params: { schedule: 'Maintenance' } };
    const gap = { gap: 'nobody is on duty', gap_reasons: [reason] };
    const rows = previewRows({
      steps: [step(1, gap), step(1, { ...gap, at: '2026-01-01T00:05:00.000Z' }), step(2, gap)],
    });
    expect(rows.map(({ isAgain }) => isAgain)).toEqual([false, true, false]);
    expect(new Set(rows.map(({ key }) => key)).size).toBe(3);
    const [partly] = previewRows({ steps: [step(1, { ...gap, tells: [tell('a', 'a@x')] })] });
    expect(partly).toMatchObject({ isNobody: false, gaps: [reason] });
  });

  it('names a person once, with every contact that is tried, and an address without a person by itself', () => {
    const [row] = previewRows({
      steps: [step(1, { tells: [tell('a', 'a@x'), tell('b', 'b@x'), tell('a', '+62'), tell(null, 'it@x')] })],
    });
    expect(row?.tells.map(({ name, by }) => [name, by.length])).toEqual([
      ['Name of a', 2],
      ['Name of b', 1],
      ['it@x', 1],
    ]);
  });
});
