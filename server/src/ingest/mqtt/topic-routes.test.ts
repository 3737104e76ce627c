import { describe, expect, it } from 'vitest';
import { DEFAULT_TOPICS } from '../../config.ts';
import { TopicRoutes } from './topic-routes.ts';

describe('TopicRoutes', () => {
  it.each([
    ['gonsters/sensors/line-1', { factoryId: null, machineId: null }],
    ['gonsters/sensors/a/b/c', { factoryId: null, machineId: null }],
    ['gonsters/sensors', { factoryId: null, machineId: null }],
    ['factory/A/machine/B-1/telemetry', { factoryId: 'A', machineId: 'B-1' }],
    ['factory/A/machine/B/telemetry/x', null],
    ['factory/A/machine/B', null],
    ['factory/A/B/machine/C/telemetry', null],
    ['gonsters', null],
    ['$SYS/broker/uptime', null],
    ['', null],
  ])('finds for %s %j, also from the cache', (topic, route) => {
    const routes = new TopicRoutes(DEFAULT_TOPICS);
    const expected = route && { ...route, levels: topic.split('/') };
    expect(routes.find(topic)).toEqual(expected);
    expect(routes.find(topic)).toEqual(expected);
  });

  it('does not match topics that begin with $ by wildcards', () => {
    const routes = new TopicRoutes(['#', '+/x']);
    expect(routes.find('$SYS/x')).toBeNull();
    expect(routes.find('a/x')).not.toBeNull();
    expect(new TopicRoutes(['$plant/#']).find('$plant/x')).not.toBeNull();
  });

  it('matches a filter without wildcards literally', () => {
    const routes = new TopicRoutes(['plant/one']);
    expect(routes.find('plant/one')).not.toBeNull();
    expect(routes.find('plant/two')).toBeNull();
    expect(routes.find('plant')).toBeNull();
  });

  it('finds the same routes after very many topics', () => {
    const routes = new TopicRoutes(DEFAULT_TOPICS);
    for (let i = 0; i < 20_001; i++) routes.find(`gonsters/sensors/${i}`);
    expect(routes.find('factory/A/machine/x/telemetry')).toMatchObject({ factoryId: 'A', machineId: 'x' });
  });
});
