import type { ProfileRule } from '@gonsters/contract';
import { describe, expect, it } from 'vitest';
import { asLevel, isForTopic, profileTopic, topicLevels } from './rule-topic.ts';

const RULE: ProfileRule = {
  ...{ topic: 'hall-b/line2/+/tele', records: '$', machine: null, time: null, time_format: 'auto' },
  ...{ unset_clock: 'arrival', values: [], others: 'recognise', ignore: [] },
};
const TOPIC = 'hall-b/line2/haas07/tele';

describe('the topic of a rule', () => {
  it('says of each level what it is', () => {
    expect(topicLevels(RULE, TOPIC)?.map(({ choice }) => choice)).toEqual(['exact', 'exact', 'any', 'exact']);
    expect(topicLevels({ ...RULE, topic: 'hall-b/#' }, TOPIC)).toBeNull();
    expect(topicLevels({ ...RULE, topic: null }, TOPIC)?.map(({ choice }) => choice)).toEqual(Array(4).fill('any'));
  });

  it('names the machine by one level', () => {
    const third = asLevel(RULE, TOPIC, 2, 'machine');
    expect(third).toMatchObject({ topic: 'hall-b/line2/{machine}/tele', machine: { part: 'machine' } });
    const second = asLevel(third, TOPIC, 1, 'machine');
    expect(second).toMatchObject({ topic: 'hall-b/{machine}/+/tele', machine: { part: 'machine' } });
    expect(asLevel(second, TOPIC, 1, 'exact')).toMatchObject({ topic: 'hall-b/line2/+/tele', machine: null });
    expect(asLevel({ ...RULE, machine: { path: '@.dev' } }, TOPIC, 2, 'exact')).toMatchObject({
      topic: TOPIC,
      machine: { path: '@.dev' },
    });
  });

  it('is for what MQTT would deliver to it', () => {
    const topics = ['a/b/c', 'a/b', 'a', 'a/press-7/c', 'b/b/c'];
    const delivered = (filter: string | null) => topics.filter((topic) => isForTopic(filter, topic));
    expect(delivered(null)).toEqual(topics);
    expect(delivered('a/#')).toEqual(['a/b/c', 'a/b', 'a', 'a/press-7/c']);
    expect(delivered('a/+/c')).toEqual(['a/b/c', 'a/press-7/c']);
    expect(delivered('a/press-{n}/c')).toEqual(['a/press-7/c']);
    expect(delivered('a/b')).toEqual(['a/b']);
  });
});

it('of a request is its path', () => {
  expect(['a/b', 'POST /write', 'POST /api/v2/write', 'POST /data/ingest'].map(profileTopic)).toEqual([
    'a/b',
    '/write',
    '/api/v2/write',
    '/api/v1/data/ingest',
  ]);
});
