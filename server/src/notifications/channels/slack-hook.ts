// What Slack calls when somebody touches a button of a message (https://docs.slack.dev/interactivity/handling-user-interaction).

import type { ChannelSettings } from '@gonsters/contract';
import type { ButtonPresses } from '../button-presses.ts';
import { attempt, outcomeOf } from './channel-outcome.ts';
import type { ChannelHttp } from './channel-request.ts';
import type { OpenChannel, SealedChannel } from './channels.ts';
import { isSignedBySlack } from './hook-signatures.ts';
import { ACKNOWLEDGE_ACTION } from './slack-channel.ts';

interface Interaction {
  type?: string;
  user?: { id?: string; username?: string; name?: string };
  actions?: { action_id?: string; value?: string }[];
  response_url?: string;
}

export interface HookRequest {
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  /** As it was sent. */
  readonly body: Uint8Array;
}

export class SlackHook {
  readonly #presses: ButtonPresses;
  readonly #http: ChannelHttp;
  readonly #nowMs: () => number;

  constructor(deps: { presses: ButtonPresses; http: ChannelHttp; nowMs: () => number }) {
    this.#presses = deps.presses;
    this.#http = deps.http;
    this.#nowMs = deps.nowMs;
  }

  /** @returns whether the request is signed by the app of the channel; what is not does nothing */
  async receive(open: OpenChannel & { sealed: SealedChannel }, { headers, body }: HookRequest): Promise<boolean> {
    const { signing_secret: secret, url } = open.sealed.settings as ChannelSettings<'slack'>;
    const header = (name: string) => String(headers[name] ?? '');
    const signed = { timestamp: header('x-slack-request-timestamp'), signature: header('x-slack-signature') };
    if (secret === undefined || !isSignedBySlack(secret, signed, body, this.#nowMs())) return false;
    const interaction = interactionOf(body);
    const action = interaction.actions?.find(({ action_id: id }) => id?.startsWith(ACKNOWLEDGE_ACTION));
    if (interaction.type !== 'block_actions' || action?.value === undefined) return true;
    const { username, name, id } = interaction.user ?? {};
    const { id: channelId, name: channelName } = open.described;
    const { text } = await this.#presses.press({
      ...{ channelId, channelName, token: action.value, address: null, destination: null },
      by: `${username ?? name ?? id ?? 'somebody'} (Slack)`,
    });
    // Slack takes the answer for half an hour. The press counts whether it can be delivered or not.
    if (interaction.response_url !== undefined && isAtSlack(interaction.response_url, url)) {
      void this.#answer(interaction.response_url, text);
    }
    return true;
  }

  #answer(url: string, text: string) {
    const body = JSON.stringify({ text, response_type: 'ephemeral', replace_original: false });
    const headers = { 'content-type': 'application/json' };
    return attempt(async () =>
      outcomeOf(await this.#http.request(url, { method: 'POST', headers, body }), this.#nowMs()),
    );
  }
}

/** The server of the incoming webhook, or Slack's own. */
function isAtSlack(url: string, webhook: string): boolean {
  return URL.canParse(url) && [new URL(webhook).host, 'hooks.slack.com'].includes(new URL(url).host);
}

function interactionOf(body: Uint8Array): Interaction {
  try {
    return JSON.parse(new URLSearchParams(Buffer.from(body).toString('utf8')).get('payload') ?? '{}') as Interaction;
  } catch {
    return {};
  }
}
