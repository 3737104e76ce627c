import type { Machine } from '@gonsters/contract';
import { expect, test } from 'vitest';
import type { MetricView } from '../../../../components/domain/metrics/metric-view.ts';
import { columnsFor, moved } from './column-choice.ts';
import { tableItems } from './table-groups.ts';

const machine = (name: string, type: string) => ({ name, sensor_type: type }) as Machine;

test('machines of several types are grouped, the worst first; of one type they are one plain table', () => {
  const items = tableItems([machine('a', 'pump'), machine('b', 'press'), machine('c', 'pump')]);
  expect(items.map((item) => (item.kind === 'type' ? `${item.type} ${item.count}` : item.machine.name))).toEqual([
    'pump 2',
    'a',
    'c',
    'press 1',
    'b',
  ]);
  expect(tableItems([machine('a', 'pump')]).map(({ kind }) => kind)).toEqual(['machine']);
  expect(items.flatMap((item) => (item.kind === 'machine' ? item.position : []))).toEqual([0, 1, 2]);
});

test('columns are the headline until somebody chooses, in the order chosen', () => {
  const [flow, load] = ['flow', 'load'].map((name) => ({ name }) as MetricView) as [MetricView, MetricView];
  const type = { headline: [flow], all: [flow, load] };
  expect(columnsFor('pump', {}, type)).toEqual([flow]);
  expect(columnsFor('pump', { pump: ['load', 'gone', 'flow'] }, type)).toEqual([load, flow]);
  expect([moved(['a', 'b', 'c'], 'c', -2), moved(['a', 'b'], 'a', 1), moved(['a', 'b'], 'a', -1)]).toEqual([
    ['c', 'a', 'b'],
    ['b', 'a'],
    ['a', 'b'],
  ]);
});
