// What Management does to channels: add, change, rotate and remove them.

import { randomUUID } from 'node:crypto';
import type { ChannelKind } from '@gonsters/contract';
import type { Clock } from '../../clock.ts';
import { AppError } from '../../errors.ts';
import { nameKey } from '../../name-key.ts';
import type { SecretBox } from '../../secret-box.ts';
import type { ChannelRepository, ChannelRow } from '../store/channel-repository.ts';
import type { OwnSecrets } from './channel-kind.ts';
import { kindOf } from './channel-kinds.ts';
import { type Channels, EMAIL_NAME, type SealedChannel, unsealed } from './channels.ts';
import { type AnySettings, changedSettings, checkedSettings } from './masked-settings.ts';
import type { WebhookSecrets } from './webhook-channel.ts';

const MOST_CHANNELS = 50;
/** Until then messages are signed with both secrets. */
const OVERLAP_MS = 86_400_000;

export interface ChannelChange {
  name?: string;
  settings?: AnySettings;
  isActive?: boolean;
  /** The version that the change is made to. */
  version?: number;
}

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

  /**
   * Rejects with `validation_failed`, `name_taken`, and with `conflict` where nothing can be encrypted or there are too many.
   *
   * @returns what is shown once; null where the kind has nothing of that
   */
  async add(kind: ChannelKind, name: string, given: AnySettings): Promise<{ id: string; secret: string | null }> {
    const { settings, faults } = checkedSettings(kind, given);
    if (faults !== null) throw new AppError('validation_failed', undefined, { faults });
    const rows = await this.#repository.all();
    if (rows.length >= MOST_CHANNELS) {
      throw new AppError('conflict', `There can be at most ${MOST_CHANNELS} channels`);
    }
    if (kind === 'web_push' && rows.some((row) => row.kind === kind)) {
      throw new AppError('conflict', 'There can only be one channel of this kind');
    }
    this.#checkName(name);
    const id = randomUUID();
    const definition = kindOf(kind);
    const own = definition.makeSecrets?.() ?? {};
    const nowMs = this.#clock.nowMs();
    await this.#repository.create({
      ...{ id, kind, name, name_key: nameKey(name), is_active: 1, fault: null },
      ...{ sealed: await this.#seal({ settings, own }), created_at: nowMs, updated_at: nowMs },
    });
    await this.#channels.refresh();
    return { id, secret: definition.shownSecret?.(own) ?? null };
  }

  /**
   * Rejects with `not_found`, `name_taken`, `validation_failed`, and with `conflict` where somebody else has changed it since. Switching
   * it on forgets why it was switched off.
   */
  async change(id: string, { name, settings, isActive, version }: ChannelChange): Promise<void> {
    const row = await this.#row(id);
    if (version !== undefined && version !== row.updated_at) {
      throw new AppError('conflict', 'Somebody has changed this channel meanwhile; read it again');
    }
    if (name !== undefined) this.#checkName(name);
    await this.#store(row, {
      ...(name === undefined ? {} : { name, name_key: nameKey(name) }),
      ...(settings === undefined ? {} : { sealed: await this.#changed(row, settings) }),
      ...(isActive === undefined ? {} : { is_active: isActive ? 1 : 0, fault: null }),
    });
  }

  /** The former secret of a webhook signs too for a day. Rejects with `not_found` and `conflict`. @returns the new secret */
  async rotate(id: string): Promise<string> {
    const row = await this.#row(id);
    const { makeSecrets, shownSecret } = kindOf(row.kind);
    if (makeSecrets === undefined || shownSecret === undefined) {
      throw new AppError('conflict', 'Channels of this kind have no secret that the server makes');
    }
    const { settings, own: before } = await this.#unsealed(row);
    const own: OwnSecrets = { ...before, ...makeSecrets(), ...this.#former(row.kind, before) };
    await this.#store(row, { sealed: await this.#seal({ settings, own }) });
    return shownSecret(own);
  }

  /** Rejects with `not_found`. */
  async remove(id: string): Promise<void> {
    await this.#repository.remove(id);
    await this.#channels.refresh();
  }

  #former(kind: ChannelKind, before: OwnSecrets): OwnSecrets {
    if (kind !== 'webhook') return {};
    const { secret } = before as unknown as WebhookSecrets;
    return { former: { secret, untilMs: this.#clock.nowMs() + OVERLAP_MS } };
  }

  #checkName(name: string): void {
    if (nameKey(name) === nameKey(EMAIL_NAME)) throw new AppError('name_taken');
  }

  async #changed(row: ChannelRow, change: AnySettings): Promise<string> {
    const { settings: before, own } = await this.#unsealed(row);
    const { settings, faults } = changedSettings(row.kind, before, change);
    if (faults !== null) throw new AppError('validation_failed', undefined, { faults });
    return this.#seal({ settings, own });
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

  async #unsealed(row: ChannelRow): Promise<SealedChannel> {
    const text = await this.#box.decrypt(row.sealed);
    if (text === null)
      throw new AppError('conflict', 'The secrets of this channel were encrypted with another SECRETS_KEY');
    return unsealed(JSON.parse(text));
  }

  #seal(channel: SealedChannel): Promise<string> {
    return this.#box.encrypt(JSON.stringify(channel));
  }
}
