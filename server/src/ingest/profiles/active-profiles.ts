// Finds the rule for a message: of the gateway that sent it, or of any gateway where the sender is not known.

import type { ProfileDraft } from '@gonsters/contract';
import {
  type CompiledProfile,
  type CompiledRule,
  compileProfile,
  type MatchedRule,
  matchRule,
} from './compile-profile.ts';
import type { SendIntervals } from './send-intervals.ts';

/** The newest version of each profile, by the id of its gateway. It is another object after every change. */
type StoredProfiles = ReadonlyMap<string, { readonly draft: ProfileDraft | null }>;

interface ActiveProfile {
  readonly gatewayId: string;
  readonly draft: ProfileDraft;
  readonly compiled: CompiledProfile;
  /** By topic. Emptied when full, because a gateway may invent topics. */
  readonly byTopic: Map<string, MatchedRule | null>;
}

/** A rule that fits a topic, and the gateway whose it is. */
interface Candidate {
  readonly gatewayId: string;
  readonly compiled: CompiledRule;
  readonly parts: ReadonlyMap<string, string>;
}

const MAX_TOPICS_PER_GATEWAY = 1_000;
const MAX_TOPICS = 20_000;

export class ActiveProfiles {
  readonly #profiles: { readonly all: StoredProfiles };
  readonly #gateways: { get(id: string): { readonly isActive: boolean; readonly timezone: string } | undefined };
  readonly #sendIntervals: SendIntervals;
  #seen: StoredProfiles | null = null;
  #active: readonly ActiveProfile[] = [];
  #byGateway: ReadonlyMap<string, ActiveProfile> = new Map();
  readonly #byTopic = new Map<string, readonly Candidate[]>();

  constructor(deps: {
    profiles: { readonly all: StoredProfiles };
    gateways: { get(id: string): { readonly isActive: boolean; readonly timezone: string } | undefined };
    sendIntervals: SendIntervals;
  }) {
    this.#profiles = deps.profiles;
    this.#gateways = deps.gateways;
    this.#sendIntervals = deps.sendIntervals;
  }

  /** Asked for every message. */
  get isEmpty(): boolean {
    if (this.#profiles.all !== this.#seen) this.#compile();
    return this.#active.length === 0;
  }

  /**
   * The rule of the profile of this gateway. With null, the sender is not known: the first rule of any active gateway that names
   * topics, in the order of the ids of the gateways. null where no rule fits.
   */
  find(gatewayId: string | null, topic: string, levels: readonly string[]): MatchedRule | null {
    if (this.isEmpty) return null;
    if (gatewayId === null) return this.#findAny(topic, levels);
    const profile = this.#byGateway.get(gatewayId);
    if (profile === undefined) return null;
    const { byTopic, compiled } = profile;
    const known = byTopic.get(topic);
    if (known !== undefined) return known;
    const found = matchRule(compiled, levels);
    const matched = found && { ...found, onMachine: this.#noteOf(found.compiled) };
    if (byTopic.size >= MAX_TOPICS_PER_GATEWAY) byTopic.clear();
    byTopic.set(topic, matched);
    return matched;
  }

  /** The gateway whose profile describes the messages of senders that are not known, by their topic; null where none does. */
  gatewayFor(topic: string): string | null {
    return this.isEmpty ? null : (this.#findAny(topic, topic.split('/'))?.gatewayId ?? null);
  }

  /** The filters of all active profiles, each once, for the subscription at an external broker. */
  filters(): string[] {
    if (this.isEmpty) return [];
    const active = this.#active.filter(({ gatewayId }) => this.#gateways.get(gatewayId)?.isActive === true);
    const filters = active.flatMap(({ compiled }) => compiled.rules.flatMap(({ topic }) => topic?.filter ?? []));
    return [...new Set(filters)];
  }

  #findAny(topic: string, levels: readonly string[]): (Candidate & MatchedRule) | null {
    let candidates = this.#byTopic.get(topic);
    if (candidates === undefined) {
      candidates = this.#active.flatMap(({ gatewayId, compiled }) =>
        compiled.rules.flatMap((rule) => {
          const parts = rule.topic?.match(levels) ?? null;
          return parts === null ? [] : [{ gatewayId, compiled: rule, parts }];
        }),
      );
      if (this.#byTopic.size >= MAX_TOPICS) this.#byTopic.clear();
      this.#byTopic.set(topic, candidates);
    }
    for (const candidate of candidates) {
      const gateway = this.#gateways.get(candidate.gatewayId);
      if (gateway?.isActive === true)
        return { ...candidate, zone: gateway.timezone, onMachine: this.#noteOf(candidate.compiled) };
    }
    return null;
  }

  #noteOf({ rule }: CompiledRule): MatchedRule['onMachine'] {
    const seconds = rule.send_interval_seconds;
    if (seconds === undefined) return null;
    return (machineId, nowMs) => this.#sendIntervals.note(machineId, seconds * 1000, nowMs);
  }

  /** A profile that did not change keeps what was compiled. */
  #compile(): void {
    const all = this.#profiles.all;
    const before = this.#byGateway;
    const active = [...all]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .flatMap(([gatewayId, { draft }]): ActiveProfile[] => {
        if (draft === null) return [];
        const known = before.get(gatewayId);
        if (known?.draft === draft) return [known];
        return [{ gatewayId, draft, compiled: compileProfile(draft), byTopic: new Map() }];
      });
    this.#active = active;
    this.#byGateway = new Map(active.map((each) => [each.gatewayId, each]));
    this.#byTopic.clear();
    this.#sendIntervals.clear();
    this.#seen = all;
  }
}
