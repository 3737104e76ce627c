// Keeps the profiles of all gateways in memory, and changes them.

import { type GatewayProfile, isoTime, type ProfileDraft } from '@gonsters/contract';
import type { Clock } from '../clock.ts';
import { AppError } from '../errors.ts';
import type { EventBus } from '../events/event-bus.ts';
import { readAgain } from '../read-again.ts';
import type { ProfileRepository, ProfileVersion } from './profile-repository.ts';

export class ProfileService {
  readonly #repository: ProfileRepository;
  readonly #bus: EventBus;
  readonly #clock: Clock;
  #newest: ReadonlyMap<string, ProfileVersion> = new Map();
  /** Increases with every change that this node makes. */
  #changes = 0;

  constructor(deps: { repository: ProfileRepository; bus: EventBus; clock: Clock }) {
    this.#repository = deps.repository;
    this.#bus = deps.bus;
    this.#clock = deps.clock;
  }

  /** Loads all profiles. Rejects with `store_unavailable`. */
  async start(): Promise<void> {
    await this.reload();
  }

  /** Reads all profiles again, after another node changed some. */
  async reload(): Promise<void> {
    await readAgain(
      () => this.#changes,
      () => this.#repository.newest(),
      (newest) => {
        this.#newest = new Map(newest.map((each) => [each.gatewayId, each]));
      },
    );
  }

  /** The newest version of each gateway, deletions included. Another object after every change. */
  get all(): ReadonlyMap<string, ProfileVersion> {
    return this.#newest;
  }

  /** Of one gateway, newest first. */
  versions(gatewayId: string): Promise<ProfileVersion[]> {
    return this.#repository.versions(gatewayId);
  }

  /** @param draft null deletes the profile. Rejects as `ProfileRepository.append`, and with `not_found` where there is none to delete. */
  async save(
    gatewayId: string,
    draft: ProfileDraft | null,
    by: string,
    expected: number | null = null,
  ): Promise<ProfileVersion> {
    if (draft === null && !this.#newest.get(gatewayId)?.draft) {
      throw new AppError('not_found', 'The gateway has no profile');
    }
    return this.#append({ gatewayId, draft, restores: null }, by, expected);
  }

  /**
   * Returns to the version before the one in force, as a new version; repeated, it goes back further. Rejects with `conflict` if no older
   * version is kept.
   */
  async undo(gatewayId: string, by: string): Promise<ProfileVersion> {
    const versions = await this.#repository.versions(gatewayId);
    const [newest] = versions;
    const from = newest?.restores ?? newest?.version ?? 0;
    const target = versions.find(({ version }) => version < from);
    const isBeforeFirst = target === undefined && from === 1;
    if (newest === undefined || (target === undefined && !isBeforeFirst)) {
      throw new AppError('conflict', 'There is no older version of the profile to return to');
    }
    const restored = { gatewayId, draft: target?.draft ?? null, restores: target?.version ?? 0 };
    return this.#append(restored, by, newest.version);
  }

  async #append(
    change: Pick<ProfileVersion, 'gatewayId' | 'draft' | 'restores'>,
    by: string,
    expected: number | null,
  ): Promise<ProfileVersion> {
    const stored = { ...change, updatedAtMs: this.#clock.nowMs(), updatedBy: by };
    const version = await this.#repository.append(stored, expected);
    this.#changes++;
    this.#newest = new Map(this.#newest).set(version.gatewayId, version);
    this.#bus.publish({ kind: 'gateway_profiles' });
    return version;
  }
}

/** The profile as the API returns it; null for a deletion. */
export function profileView({ draft, version, updatedAtMs, updatedBy }: ProfileVersion): GatewayProfile | null {
  if (draft === null) return null;
  return { ...draft, version, updated_at: isoTime(updatedAtMs), updated_by: updatedBy };
}
