import { describe, expect, it } from 'vitest';
import { browserZone } from '../../i18n/zone.ts';
import { choiceOf, readHistorySearch, searchOfSeries } from './history-search.ts';

const ID = (n: number) => `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`;

describe('the address of a history', () => {
  it('is empty for the last 24 hours, in the zone of the browser', () => {
    expect(readHistorySearch({ range: '24h' })).toEqual({});
    expect(choiceOf({})).toEqual({
      range: '24h',
      fixed: null,
      zoom: null,
      zone: browserZone(),
      interval: 'auto',
      series: [],
      machineIds: [],
      focusKey: null,
      ghost: null,
    });
  });

  it('keeps a whole range with both ends only, in UTC', () => {
    const given = { from: '2026-11-22T00:00:00+07:00', to: '2026-11-23T10:42:00+07:00', range: '7d' };
    expect(readHistorySearch(given)).toEqual({ from: '2026-11-21T17:00:00.000Z', to: '2026-11-23T03:42:00.000Z' });
    expect(readHistorySearch({ from: '2026-11-22', range: '7d' })).toEqual({ range: '7d' });
    expect(readHistorySearch({ from: '2026-11-23', to: '2026-11-22' })).toEqual({});
  });

  it('drops what makes no sense', () => {
    const nonsense = {
      range: 'toString',
      tz: 'Mars/Olympus',
      interval: '3m',
      metric: 'My mood',
      machines: 'x,y',
      focus: 1,
      series: `${ID(1)}.,x.temperature`,
      ghost: 'year',
    };
    expect(readHistorySearch(nonsense)).toEqual({});
  });

  it('names each machine once, twelve at most, and focuses one of them', () => {
    const many = Array.from({ length: 14 }, (_, n) => ID(n));
    const search = readHistorySearch({ machines: [ID(0), ...many].join(','), focus: ID(13) });
    const { machineIds, focusKey } = choiceOf(search);
    expect(machineIds).toEqual(many.slice(0, 12));
    expect(focusKey).toBe(`${ID(0)}.temperature`);
    expect(choiceOf({ machines: many.join(','), focus: ID(3) }).focusKey).toBe(`${ID(3)}.temperature`);
    expect(choiceOf({ machines: ID(1) }, ID(2)).machineIds).toEqual([ID(2)]);
  });

  it('names any metrics of any machines, and stays in the older form where they share one metric', () => {
    const series = [`${ID(1)}.flow`, `${ID(1)}.mode`, `${ID(2)}.flow`];
    const search = readHistorySearch({ series: [...series, series[0]].join(','), focus: series[2] });
    const choice = choiceOf(search);
    expect(choice.series.map(({ key }) => key)).toEqual(series);
    expect([choice.machineIds, choice.focusKey]).toEqual([[ID(1), ID(2)], series[2]]);
    expect(searchOfSeries(choice.series).series).toBe(series.join(','));
    expect(choiceOf(search, ID(2)).series.map(({ key }) => key)).toEqual([series[2]]);
    const flows = choice.series.filter(({ metric }) => metric === 'flow');
    const older = { series: undefined, machines: `${ID(1)},${ID(2)}`, metric: 'flow' };
    expect(searchOfSeries(flows)).toEqual(older);
    expect(choiceOf({ machines: older.machines, metric: 'flow' }).series).toEqual(flows);
    expect(choiceOf({ machines: ID(3), metric: 'pressure' }).series[0]?.key).toBe(`${ID(3)}.pressure`);
  });
});
