import { describe, expect, it } from 'vitest';
import { RetainedMessages } from './retained-messages.ts';

const bytes = (text: string) => Buffer.from(text);

describe('RetainedMessages', () => {
  it('recognises a message by its topic and its bytes', () => {
    const retained = new RetainedMessages();
    expect(retained.isRepeated('a', bytes('1'))).toBe(false);
    expect(retained.isRepeated('a', bytes('1'))).toBe(true);
    expect(retained.isRepeated('b', bytes('1'))).toBe(false);
    expect(retained.isRepeated('a', bytes('2'))).toBe(false);
    expect(retained.isRepeated('a', bytes('1'))).toBe(false);
  });

  it('forgets the least recently received message past the bound', () => {
    const retained = new RetainedMessages();
    for (let i = 0; i < 10_000; i++) retained.isRepeated(`topic/${i}`, bytes('1'));
    retained.isRepeated('topic/0', bytes('1'));
    retained.isRepeated('one more', bytes('1'));
    expect(retained.isRepeated('topic/0', bytes('1'))).toBe(true);
    expect(retained.isRepeated('topic/1', bytes('1'))).toBe(false);
  });

  it('reports one refusal of a topic, and none of topics past the bound', () => {
    const retained = new RetainedMessages();
    for (let i = 0; i < 10_000; i++) expect(retained.isFirstRefusal(`topic/${i}`)).toBe(true);
    expect(retained.isFirstRefusal('topic/0')).toBe(false);
    expect(retained.isFirstRefusal('one more')).toBe(false);
  });
});
