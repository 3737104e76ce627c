// Which alerts a user may see: those about at least one machine of the user's scope, as if there were no other machines.

import { isInScope, type MachineScope } from '../machines/machine-scope.ts';
import type { MachineService } from '../machines/machine-service.ts';
import { offlineMachines } from './rules/alert-message.ts';
import type { AlertRecord } from './store/alert-repository.ts';

/**
 * null where the user may not see the alert. An alert about several machines is about those that the user may see. One about no
 * machine, such as that nothing can be stored of what a gateway sends, is seen by everybody.
 */
export function visibleAlert(
  alert: AlertRecord,
  machines: Pick<MachineService, 'get'>,
  scope: MachineScope,
): AlertRecord | null {
  if (scope === null) return alert;
  const { machineId, machineIds } = alert;
  if (machineId !== null) {
    const factoryId = machines.get(machineId)?.record.factoryId;
    return isInScope(scope, { factoryId: factoryId === undefined ? alert.formerFactoryId : factoryId }) ? alert : null;
  }
  const seen = machineIds.flatMap((id) => {
    const record = machines.get(id)?.record;
    return record !== undefined && isInScope(scope, record) ? [record] : [];
  });
  if (seen.length === machineIds.length) return alert;
  const [first] = seen;
  if (first === undefined) return null;
  const name = seen.length === 1 ? first.name : `${seen.length} machines`;
  return {
    ...alert,
    machineIds: seen.map(({ id }) => id),
    // That about what is refused has the name of the gateway.
    machineName: alert.metric === 'gateway' ? alert.machineName : name,
    location: first.location,
    message: alert.message.replace(offlineMachines('', machineIds.length), offlineMachines(first.name, seen.length)),
  };
}
