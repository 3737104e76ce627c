// Names that look the same and are from before such names were refused: they stay valid, and Management is told of them.

import type { AuditLog } from '../audit/audit-log.ts';
import type { Clock } from '../clock.ts';
import type { GatewayService } from '../gateways/gateway-service.ts';
import type { Logger } from '../log.ts';
import type { MachineService } from '../machines/machine-service.ts';
import { lookAlikes } from '../name-look.ts';
import type { UserRepository } from '../users/user-repository.ts';

interface Named {
  id: string;
  name: string;
}

/** Entries of the audit log that a start writes, and those of earlier starts that it reads. */
const MAX_ENTRIES = 200;
const MAX_READ = 1000;
const MAX_LOGGED = 20;

/**
 * Logs the groups of names at every start. The audit log, which Management reads, gets an entry for each user, machine and gateway
 * that has none yet under its present name.
 */
export async function tellLookAlikes(deps: {
  users: Pick<UserRepository, 'all'>;
  machines: Pick<MachineService, 'lookAlikes'>;
  gateways: Pick<GatewayService, 'list'>;
  audit: AuditLog;
  clock: Clock;
  log: Logger;
}): Promise<void> {
  const users = (await deps.users.all()).map(({ id, username }) => ({ id, name: username }));
  const groups = {
    user: groupsOf(users),
    machine: deps.machines.lookAlikes().map((group) => group.map(({ id, name }) => ({ id, name }))),
    gateway: groupsOf(deps.gateways.list()),
  };
  for (const [kind, found] of Object.entries(groups)) {
    if (found.length === 0) continue;
    const names = found.slice(0, MAX_LOGGED).map((group) => group.map(({ name }) => name));
    deps.log.warn(
      { kind, groups: found.length, names },
      'Names look the same as others. They stay valid; give them other names, so that nobody takes one for the other',
    );
    await tellManagement(kind, found, deps);
  }
}

async function tellManagement(
  kind: string,
  groups: readonly (readonly Named[])[],
  { audit, clock }: { audit: AuditLog; clock: Clock },
): Promise<void> {
  const action = `${kind}.look_alike`;
  const { entries } = await audit.page({ action, limit: MAX_READ });
  const told = new Set(entries.map(({ target, details }) => `${target} ${details.name}`));
  let written = 0;
  for (const { id, name, others } of groups.flatMap((group) =>
    group.map((named) => ({ ...named, others: group.length - 1 })),
  )) {
    const key = `${id} ${name}`;
    if (told.has(key) || written === MAX_ENTRIES) continue;
    told.add(key);
    written++;
    await audit.append(
      {
        ...{ userId: null, username: null, action, target: id, outcome: 'success' },
        ...{ ip: null, requestId: null, details: { name, others } },
      },
      clock.nowMs(),
    );
  }
}

function groupsOf(all: readonly Named[]): Named[][] {
  const byName = new Map(all.map(({ id, name }) => [name, { id, name }]));
  return lookAlikes(all.map(({ name }) => name)).map((names) => names.map((name) => byName.get(name) as Named));
}
