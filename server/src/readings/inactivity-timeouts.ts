// How long each machine may be silent, as queries, summaries and alerts need to know it.

export interface InactivityTimeouts {
  /**
   * Without a reading for longer than this, ms, a machine is stale. A state or a boolean holds for at most as long without a
   * further value. A machine that is not known has the timeout of the plant. It may change at any time; a look-up costs little.
   *
   * @param sensorType that of the machine, which saves a look-up where it is known
   */
  of(machineId: string, sensorType?: string): number;
}
