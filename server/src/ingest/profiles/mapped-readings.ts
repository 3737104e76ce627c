// The readings of one message, where values of the same machine and time become one reading.

import type { SentReading } from '../codecs/recognised/device-readings.ts';

export interface MappedDevice {
  /** As the profile finds it; null where it does not say where. */
  readonly id: string | null;
  /** Ids in the payload, for that case. */
  readonly ids: readonly string[];
  readonly readings: SentReading[];
}

export class MappedReadings {
  readonly devices: MappedDevice[] = [];
  #byMachine: Map<string, MappedDevice> | null = null;
  /** The newest reading of each machine and time. */
  #byTime: Map<string, SentReading> | null = null;
  #first: SentReading | null = null;
  // Where the last values went: the next ones of a list nearly always belong there too.
  #lastId: string | null = null;
  #last: SentReading | null = null;

  add(id: string | null, ids: readonly string[], reading: SentReading): void {
    // Nearly all messages have one record.
    if (this.#first === null) {
      this.#first = reading;
      this.devices.push({ id, ids, readings: [reading] });
      this.#lastId = id;
      this.#last = reading;
      return;
    }
    const last = this.#last as SentReading;
    if (id !== null && id === this.#lastId && last.timestamp === reading.timestamp && merge(last, reading)) return;
    const device = this.#deviceOf(id, ids);
    const key = keyOf(id, ids, reading.timestamp);
    const times = this.#times();
    const known = times.get(key);
    this.#lastId = id;
    if (known !== undefined && merge(known, reading)) {
      this.#last = known;
      return;
    }
    this.#last = reading;
    device.readings.push(reading);
    times.set(key, reading);
  }

  /** What the recogniser found beside: it belongs to the newest reading of its machine, unless it has a time of its own. */
  addRest(id: string | null, ids: readonly string[], reading: SentReading): void {
    const newest = this.#deviceOf(id, ids).readings.at(-1);
    if (newest === undefined) {
      this.add(id, ids, reading);
      return;
    }
    const { timestamp = newest.timestamp, ...fields } = reading;
    const isSame = newest.timestamp === undefined || timestamp === newest.timestamp;
    if (isSame && merge(newest, fields)) return;
    this.add(id, ids, timestamp === undefined ? fields : { timestamp, ...fields });
  }

  #deviceOf(id: string | null, ids: readonly string[]): MappedDevice {
    const [first] = this.devices;
    if (this.#byMachine === null) {
      this.#byMachine = new Map();
      if (first !== undefined) this.#byMachine.set(machineKey(first.id, first.ids), first);
    }
    const key = machineKey(id, ids);
    const known = this.#byMachine.get(key);
    if (known !== undefined) return known;
    const device: MappedDevice = { id, ids, readings: [] };
    this.#byMachine.set(key, device);
    this.devices.push(device);
    return device;
  }

  #times(): Map<string, SentReading> {
    if (this.#byTime !== null) return this.#byTime;
    this.#byTime = new Map();
    const [first] = this.devices;
    if (first !== undefined && this.#first !== null) {
      this.#byTime.set(keyOf(first.id, first.ids, this.#first.timestamp), this.#first);
    }
    return this.#byTime;
  }
}

const machineKey = (id: string | null, ids: readonly string[]) => id ?? ids.join('\n');
const keyOf = (id: string | null, ids: readonly string[], time: unknown) =>
  `${typeof time} ${String(time)}\n${machineKey(id, ids)}`;

/** Adds the values of a reading to another one. @returns false where both have a value of the same name; then nothing is added */
function merge(into: SentReading, reading: SentReading): boolean {
  for (const field in reading) {
    if (field !== 'timestamp' && field !== 'quality' && Object.hasOwn(into, field)) return false;
  }
  for (const field in reading) {
    if (field === 'quality') into.quality = { ...(into.quality as object | undefined), ...(reading.quality as object) };
    else if (field !== 'timestamp') into[field] = reading[field];
  }
  return true;
}
