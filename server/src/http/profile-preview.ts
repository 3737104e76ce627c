// Runs a profile that is not in force over messages, one after the other.

import { setImmediate as nextTurn } from 'node:timers/promises';
import type { PreviewInput, PreviewReply, PreviewResult } from '@gonsters/contract';
import type { GatewayRecord } from '../gateways/gateway-repository.ts';
import { onlyMachineOf, rightOf } from '../gateways/gateway-rights.ts';
import { compileProfile, matchRule } from '../ingest/profiles/compile-profile.ts';
import { PreviewFields } from '../ingest/profiles/preview-fields.ts';
import { type PreviewDeps, type PreviewedMessage, previewMessage } from '../ingest/profiles/preview-message.ts';
import type { MachineRecord } from '../machines/machine-repository.ts';
import { isInScope, type MachineScope } from '../machines/machine-scope.ts';
import { metricNameOf } from '../metrics/metric-name.ts';
import { idKey } from '../name-key.ts';
import { stateName } from '../readings/shown-metrics.ts';
import type { HttpDeps } from './http-deps.ts';
import { profileTopicOf } from './profile-proposal.ts';

type Deps = Pick<HttpDeps, 'ingestFields' | 'machines' | 'catalogue' | 'config'>;

const MAX_SUMMARISED = 50;

/**
 * @param messages the newest first; they are those of the gateway
 * @param scope of the user: aliases of other machines count as none
 */
export async function previewProfile(
  deps: Deps,
  gateway: GatewayRecord,
  { profile, aliases = [] }: Pick<PreviewInput, 'profile' | 'aliases'>,
  messages: readonly PreviewedMessage[],
  scope: MachineScope,
): Promise<Omit<PreviewReply, 'status'>> {
  const compiled = compileProfile(profile);
  const added = new Map(aliases.map(({ alias, machine_id }) => [idKey(alias), machine_id]));
  const resolve = (id: string) => {
    const known = deps.machines.resolve(id);
    if (known !== undefined) return known.record;
    const machine = deps.machines.get(added.get(idKey(id)) ?? '')?.record;
    return machine !== undefined && isInScope(scope, machine) ? machine : undefined;
  };
  const previewDeps = previewDepsOf(deps, gateway, resolve);
  const results: PreviewResult[] = [];
  for (const message of [...messages].reverse()) {
    const topic = profileTopicOf(message.topic);
    results.unshift(previewMessage(message, topic, matchRule(compiled, topic.split('/')), previewDeps));
    // A message may take milliseconds.
    await nextTurn();
  }
  return { results, summary: summaryOf(results) };
}

function previewDepsOf(
  { ingestFields, catalogue, config }: Deps,
  gateway: GatewayRecord,
  resolve: (id: string) => MachineRecord | undefined,
): PreviewDeps {
  return {
    fields: new PreviewFields(ingestFields, metricNameOf),
    stateName: (metric, code) => stateName(catalogue.statesOf(metric), code),
    machineOf: (id, topicFactory) => {
      const known = resolve(id);
      const right = rightOf(gateway, known ?? { id: idKey(id), factoryId: null }, topicFactory);
      if (right !== 'allowed') return right;
      if (known !== undefined) return { machineId: known.id, name: known.name };
      return config.autoProvision === 'off' ? 'unknown_machine' : { machineId: null, name: id };
    },
    isKnown: (id) => resolve(id) !== undefined,
    onlyMachine: onlyMachineOf(gateway),
    senderIds: [gateway.name, gateway.username],
    zone: gateway.timezone,
  };
}

function summaryOf(results: readonly PreviewResult[]): PreviewReply['summary'] {
  const summary = { stored: 0, partly: 0, refused: 0, ignored: 0 };
  const faults = new Map<string, PreviewReply['summary']['faults'][number]>();
  for (const result of results) {
    summary[result.outcome]++;
    for (const { reason, field, error } of result.faults) {
      // The same fault of every element of a list is one.
      const place = field.replace(/\[\d+\]/g, '[]');
      const key = JSON.stringify([reason, place, error]);
      const known = faults.get(key);
      if (known !== undefined) known.count++;
      else faults.set(key, { reason, field: place, error, count: 1 });
    }
  }
  const listed = [...faults.values()].sort((a, b) => b.count - a.count).slice(0, MAX_SUMMARISED);
  return { ...summary, faults: listed };
}
