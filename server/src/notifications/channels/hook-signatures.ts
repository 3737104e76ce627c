// Signatures of the requests by which Slack and Meta call back. Pure.

import { createHmac, timingSafeEqual } from 'node:crypto';

/** Slack asks to refuse what is older, so that nobody can send a request again. */
const SLACK_WINDOW_SECONDS = 300;

/**
 * `v0`, as https://docs.slack.dev/authentication/verifying-requests-from-slack describes it.
 *
 * @param timestamp of the header `x-slack-request-timestamp`
 */
export function isSignedBySlack(
  secret: string,
  { timestamp, signature }: { timestamp: string; signature: string },
  body: Uint8Array,
  nowMs: number,
): boolean {
  if (!/^\d{1,12}$/.test(timestamp)) return false;
  if (Math.abs(nowMs / 1000 - Number(timestamp)) > SLACK_WINDOW_SECONDS) return false;
  const expected = createHmac('sha256', secret).update(`v0:${timestamp}:`).update(body).digest('hex');
  return isSame(signature, `v0=${expected}`);
}

/** `x-hub-signature-256`, as https://developers.facebook.com/docs/graph-api/webhooks/getting-started describes it. */
export function isSignedByMeta(secret: string, signature: string, body: Uint8Array): boolean {
  return isSame(signature, `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`);
}

/** In a time that tells nothing of where they differ. */
export function isSame(given: string, expected: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(expected)];
  return a.length === b.length && timingSafeEqual(a, b);
}
