// What an answer over HTTP means for a message.

import type { Outcome } from './channel.ts';
import { type ChannelAnswer, RefusedAddress } from './channel-request.ts';

const MAX_RESPONSE = 300;

export const isAccepted = ({ status }: Pick<ChannelAnswer, 'status'>): boolean => status >= 200 && status < 300;

/** The status and the beginning of the answer, in one line. */
export const answerText = ({ status, text }: Pick<ChannelAnswer, 'status' | 'text'>): string =>
  shortened(`${status} ${text}`);

export const shortened = (text: string): string => text.replace(/\s+/g, ' ').trim().slice(0, MAX_RESPONSE);

/** Where the documentation of a service says nothing else: 408, 429 and 5xx may be over later, other refusals are final. */
export function outcomeOf(answer: ChannelAnswer, nowMs: number, response = answerText(answer)): Outcome {
  const { status, headers } = answer;
  if (isAccepted(answer)) return { kind: 'accepted', response };
  if (status === 429 || status === 408 || status >= 500) {
    return { kind: 'retry', response, afterMs: waitMs(headers['retry-after'], nowMs), isBusy: status === 429 };
  }
  return { kind: 'never', response };
}

/** Every message would be refused in the same way. */
export const channelFault = (response: string): Outcome => ({ kind: 'never', response, isChannelFault: true });

/** Sends, and turns what goes wrong on the way into an outcome. */
export async function attempt(send: () => Promise<Outcome>, withinMs = 10_000): Promise<Outcome> {
  try {
    return await send();
  } catch (error) {
    if (error instanceof RefusedAddress) return channelFault(error.message);
    const { code, name, message } = error as Error & { code?: string };
    const isTimeout = name === 'TimeoutError' || name === 'AbortError';
    const response = isTimeout ? `No answer within ${withinMs / 1000} s` : (code ?? shortened(message));
    return { kind: 'retry', response, afterMs: null };
  }
}

/** An answer as JSON; empty where it is none, or none that is an object. */
export function jsonOf({ text }: Pick<ChannelAnswer, 'text'>): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}

/** Whether a host answers at all, for services that have no harmless request. */
export const reachableOutcome = (answer: ChannelAnswer, host: string, nowMs: number): Outcome =>
  answer.status >= 500
    ? outcomeOf(answer, nowMs)
    : { kind: 'accepted', response: `${host} answers (${answer.status}); a self-test sends no message` };

/** Seconds, or a date. */
export function waitMs(retryAfter: string | undefined, nowMs: number): number | null {
  if (retryAfter === undefined) return null;
  const ms = /^\d+(\.\d+)?$/.test(retryAfter) ? Math.ceil(Number(retryAfter) * 1000) : Date.parse(retryAfter) - nowMs;
  return Number.isFinite(ms) ? Math.max(0, ms) : null;
}
