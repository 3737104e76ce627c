import { expect, it } from 'vitest';
import { Qos2Session, Qos2Sessions } from './qos2-sessions.ts';

function start() {
  const clock = { ms: 0, nowMs: () => clock.ms };
  return { clock, sessions: new Qos2Sessions(clock) };
}

it('answers every copy of a message when it is stored, and those that come later at once', () => {
  const session = new Qos2Session();
  const answers: number[] = [];
  const answer = (reasonCode: number) => answers.push(reasonCode);
  expect(session.begin(7, answer)).toBe(true);
  expect(session.begin(7, answer)).toBe(false);
  expect(answers).toEqual([]);
  session.settle(7, 0);
  expect(session.begin(7, answer)).toBe(false);
  expect(answers).toEqual([0, 0, 0]);
  expect(session.release(7)).toBe(true);
  expect(session.release(7)).toBe(false);
  expect(session.begin(7, answer)).toBe(true);
  session.settle(7, 0x99);
  expect(session.begin(7, answer)).toBe(true);
});

it('keeps a session until it expires, and for ever where it does not', () => {
  const { clock, sessions } = start();
  for (const seconds of [60, Number.POSITIVE_INFINITY]) {
    const { session } = sessions.open('a', true);
    sessions.close('a', session, seconds);
    clock.ms += 59_999;
    expect(sessions.open('a', false)).toEqual({ session, isPresent: true });
    sessions.close('a', session, seconds);
    clock.ms += 60_001;
    expect(sessions.open('a', false).isPresent).toBe(seconds > 60);
  }
});

it('forgets a session that ends with the connection, or that the client does not want any more', () => {
  const { sessions } = start();
  const first = sessions.open('a', false);
  expect(first.isPresent).toBe(false);
  sessions.close('a', first.session, 0);
  expect(sessions.open('a', false).isPresent).toBe(false);
  expect(sessions.open('a', true).isPresent).toBe(false);
  // The connection that was replaced closes late.
  const newest = sessions.open('a', true);
  sessions.close('a', first.session, 0);
  expect(sessions.open('a', false).session).toBe(newest.session);
});

it('keeps the ten thousand sessions that were opened last', () => {
  const { sessions } = start();
  for (let i = 0; i < 10_001; i++) sessions.open(`c${i}`, false);
  expect(sessions.open('c1', false).isPresent).toBe(true);
  expect(sessions.open('c0', false).isPresent).toBe(false);
});
