// When a channel last worked, in words: never "connected", always when and what the other side said.

import type { NotificationChannel } from '@gonsters/contract';
import type { Format } from '../../../../i18n/format.ts';
import type { Say } from '../../telling/use-telling-text.ts';

export interface Proof {
  /** What is wrong at present; null where nothing is known to be. */
  fault: string | null;
  /** One or two words before the sentence. */
  word: string | null;
  sentence: string | null;
  /** How much went through it. */
  figures: string;
}

type Told = Pick<
  NotificationChannel,
  'is_active' | 'fault' | 'failing_since' | 'last_fault' | 'last_accepted' | 'self_test' | 'accepted' | 'waiting'
>;

export function channelProof(say: Say, format: Format, channel: Told, nowMs: number): Proof {
  const time = (iso: string) => format.recent(Date.parse(iso), nowMs);
  const figures = [
    ...(channel.accepted > 0 ? [say('channels.accepted', { count: channel.accepted })] : []),
    ...(channel.waiting > 0 ? [say('channels.waiting', { count: channel.waiting })] : []),
  ].join(', ');
  const fault = faultOf(say, time, channel);
  if (!channel.is_active) return { fault, word: say('channels.off'), sentence: say('channels.off.hint'), figures };
  const { last_accepted: sent, self_test: test } = channel;
  const proven = test?.result === 'accepted' ? test : null;
  if (sent === null && proven === null) {
    return fault === null
      ? { fault, word: say('channels.never'), sentence: say('channels.never.hint'), figures }
      : { fault, word: null, sentence: null, figures };
  }
  const isTest = proven !== null && (sent === null || Date.parse(proven.at) > Date.parse(sent.at));
  const said = (isTest ? proven : sent) as { at: string; response: string };
  const values = { time: time(said.at), response: said.response };
  return {
    fault,
    word: fault === null ? say('channels.works') : null,
    sentence: isTest ? say('channels.last_self_test', values) : say('channels.last_sent', values),
    figures,
  };
}

/** The worst that is known: switched off by the other side, failing, or one message that was refused. */
function faultOf(say: Say, time: (iso: string) => string, channel: Told): string | null {
  if (channel.fault !== null) return channel.fault;
  const { failing_since: since, last_fault: last, self_test: test } = channel;
  if (since !== null) {
    const response = last?.response ?? (test !== null && test.result !== 'accepted' ? test.response : '');
    return say('channels.fails_since', { time: time(since), response });
  }
  if (last !== null) return say('channels.last_fault', { time: time(last.at), response: last.response });
  if (test !== null && test.result !== 'accepted' && !isOlder(test.at, channel.last_accepted?.at)) {
    return say('channels.self_test_failed', { time: time(test.at), response: test.response });
  }
  return null;
}

const isOlder = (iso: string, than: string | undefined) => than !== undefined && Date.parse(iso) < Date.parse(than);
