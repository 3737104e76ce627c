// What Management does to channels: add, change, rotate and remove webhooks.

import { randomBytes, randomUUID } from 'node:crypto';
import type { Clock } from '../../clock.ts';
import { AppError } from '../../errors.ts';
import { nameKey } from '../../name-key.ts';
import type { ChannelRepository, ChannelRow } from '../store/channel-repository.ts';
import type { Channels, SealedWebhook } from './channels.ts';
import type { SecretBox } from './secret-box.ts';

const MOST_CHANNELS = 20;
const SECRET_BYTES = 32;
/** Until then messages are signed with both secrets. */
const OVERLAP_MS = 86_400_000;

export class ChannelEditor {
  readonly #repository: ChannelRepository;
  readonly #channels: Channels;
  readonly #box: SecretBox;
  readonly #clock: Clock;

  constructor(deps: { repository: ChannelRepository; channels: Channels; box: SecretBox; clock: Clock }) {
    this.#repository = deps.repository;
    this.#channels = deps.channels;
    this.#box = deps.box;
    this.#clock = deps.clock;
  }

  /** Rejects with `name_taken`, and with `conflict` where nothing can be encrypted or there are too many. */
  async add(name: string, url: string): Promise<{ id: string; secret: string }> {
    if ((await this.#repository.all()).length >= MOST_CHANNELS) {
      throw new AppError('conflict', `There can be at most ${MOST_CHANNELS} channels`);
    }
    const id = randomUUID();
    const secret = newSecret();
    const nowMs = this.#clock.nowMs();
    await this.#repository.create({
      ...{ id, kind: 'webhook', name, name_key: nameKey(name), is_active: 1, fault: null },
      sealed: await this.#seal({ url, secret, former: null }),
      ...{ created_at: nowMs, updated_at: nowMs },
    });
    await this.#channels.refresh();
    return { id, secret };
  }

  /** Rejects with `not_found` and `name_taken`. Switching it on forgets why it was switched off. */
  async change(id: string, change: { name?: string; url?: string; isActive?: boolean }): Promise<void> {
    const row = await this.#row(id);
    const { name, url, isActive } = change;
    await this.#store(row, {
      ...(name === undefined ? {} : { name, name_key: nameKey(name) }),
      ...(url === undefined ? {} : { sealed: await this.#seal({ ...(await this.#unsealed(row)), url }) }),
      ...(isActive === undefined ? {} : { is_active: isActive ? 1 : 0, fault: null }),
    });
  }

  /** The former secret signs too for a day. Rejects with `not_found`. @returns the new secret */
  async rotate(id: string): Promise<string> {
    const row = await this.#row(id);
    const { url, secret: former } = await this.#unsealed(row);
    const secret = newSecret();
    const untilMs = this.#clock.nowMs() + OVERLAP_MS;
    await this.#store(row, { sealed: await this.#seal({ url, secret, former: { secret: former, untilMs } }) });
    return secret;
  }

  /** Rejects with `not_found`. */
  async remove(id: string): Promise<void> {
    await this.#repository.remove(id);
    await this.#channels.refresh();
  }

  async #row(id: string): Promise<ChannelRow> {
    const row = (await this.#repository.all()).find((each) => each.id === id);
    if (row === undefined) throw new AppError('not_found', `No channel has the id ${id}`);
    return row;
  }

  async #store({ id, updated_at: before }: ChannelRow, change: Partial<ChannelRow>): Promise<void> {
    // Later than before, so that every node sees that it changed.
    await this.#repository.update(id, { ...change, updated_at: Math.max(this.#clock.nowMs(), before + 1) });
    await this.#channels.refresh();
  }

  async #unsealed(row: ChannelRow): Promise<SealedWebhook> {
    const text = await this.#box.decrypt(row.sealed);
    if (text === null)
      throw new AppError('conflict', 'The secrets of this channel were encrypted with another SECRETS_KEY');
    return JSON.parse(text) as SealedWebhook;
  }

  #seal(webhook: SealedWebhook): Promise<string> {
    return this.#box.encrypt(JSON.stringify(webhook));
  }
}

const newSecret = () => `whsec_${randomBytes(SECRET_BYTES).toString('base64')}`;
