import { describe, expect, it } from 'vitest';
import { shownPush } from './push-message.ts';

const ORIGIN = 'https://plant.example';

describe('a push message', () => {
  it('is shown as the server wrote it, and leads to its alert', () => {
    const text = JSON.stringify({
      title: 'CRITICAL',
      body: 'Press 1',
      tag: 'a',
      url: '/alerts?alert=a',
      critical: true,
    });
    expect(shownPush(text, ORIGIN)).toMatchObject({
      title: 'CRITICAL',
      options: { body: 'Press 1', tag: 'a', requireInteraction: true, data: { url: '/alerts?alert=a' } },
    });
  });

  it.each([null, '', 'no JSON', '7', 'null', '{"title":7,"url":"https://evil.example"}'])(
    'is shown whatever it says, and leads nowhere else: %s',
    (text) => {
      expect(shownPush(text, ORIGIN)).toMatchObject({ title: 'GONSTERS', options: { data: { url: '/' } } });
    },
  );
});
