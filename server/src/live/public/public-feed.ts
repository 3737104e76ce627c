// The public event stream: sends every stored reading and every change of an alert to the clients that subscribed to it.

import { alertEvent } from '../../alerts/alert-view.ts';
import type { AlertRecord } from '../../alerts/store/alert-repository.ts';
import type { VisibleMachines } from '../../machines/visible-machines.ts';
import { BatchBuilder, type ReadingBatch } from '../../readings/reading-batch.ts';
import type { ShownMetrics } from '../../readings/shown-metrics.ts';
import { eventText, packEvents } from '../event-packet.ts';
import type { PublicSubscriber, ReadingTimes } from './public-subscriber.ts';
import { CHUNK_READINGS, CHUNK_VALUES, SendQueue } from './send-queue.ts';
import { sensorDataText } from './sensor-data.ts';

interface Chunk extends ReadingTimes {
  machineIds: string[];
  timestampsMs: number[];
  texts: string[];
}

export class PublicFeed {
  readonly #machines: VisibleMachines;
  readonly #metrics: ShownMetrics;
  readonly #subscribers = new Set<PublicSubscriber>();
  readonly #toAll = new Set<PublicSubscriber>();
  readonly #toMachine = new Map<string, Set<PublicSubscriber>>();
  readonly #queue = new SendQueue();
  #next: NodeJS.Immediate | null = null;

  constructor(machines: VisibleMachines, metrics: ShownMetrics) {
    this.#machines = machines;
    this.#metrics = metrics;
  }

  subscribeAll(subscriber: PublicSubscriber): void {
    subscriber.all = true;
    this.#subscribers.add(subscriber);
    this.#toAll.add(subscriber);
  }

  unsubscribeAll(subscriber: PublicSubscriber): void {
    subscriber.all = false;
    this.#toAll.delete(subscriber);
  }

  subscribe(subscriber: PublicSubscriber, machineId: string): void {
    subscriber.machineIds.add(machineId);
    this.#subscribers.add(subscriber);
    const others = this.#toMachine.get(machineId);
    if (others === undefined) this.#toMachine.set(machineId, new Set([subscriber]));
    else others.add(subscriber);
  }

  unsubscribe(subscriber: PublicSubscriber, machineId: string): void {
    subscriber.machineIds.delete(machineId);
    const others = this.#toMachine.get(machineId);
    others?.delete(subscriber);
    if (others?.size === 0) this.#toMachine.delete(machineId);
  }

  remove(subscriber: PublicSubscriber): void {
    this.unsubscribeAll(subscriber);
    for (const machineId of [...subscriber.machineIds]) this.unsubscribe(subscriber, machineId);
    this.#subscribers.delete(subscriber);
  }

  forgetMachine(machineId: string): void {
    for (const subscriber of this.#toMachine.get(machineId) ?? []) subscriber.machineIds.delete(machineId);
    this.#toMachine.delete(machineId);
  }

  /** A small batch is sent before this returns. A large one is sent in chunks, so that the event loop is not blocked. */
  publishReadings(readings: ReadingBatch): void {
    if (this.#toAll.size === 0 && this.#toMachine.size === 0) return;
    const isSmall = this.#queue.empty && readings.length <= CHUNK_READINGS && readings.values.length <= CHUNK_VALUES;
    if (this.#queue.add(readings)) for (const subscriber of this.#subscribers) subscriber.conflate();
    if (isSmall) this.#sendChunk();
    else this.#next ??= setImmediate(() => this.#sendNext());
  }

  /** Alerts are never conflated. */
  publishAlerts(alerts: readonly AlertRecord[], after: number): void {
    if (this.#subscribers.size === 0) return;
    const texts = alertTexts(alerts, after, this.#machines);
    const packet = packEvents(texts);
    for (const subscriber of this.#subscribers) {
      if (!subscriber.client.mayReadAlerts) continue;
      const wanted = subscriber.all ? texts : texts.filter((_, i) => concerns(subscriber, alerts[i] as AlertRecord));
      if (wanted.length > 0) subscriber.client.sendBuffer.write(wanted === texts ? packet : packEvents(wanted));
    }
  }

  onTick(): void {
    const newest = (sinceMs: ReadonlyMap<string, number>) => this.#newest(sinceMs);
    for (const subscriber of this.#subscribers) subscriber.onTick(newest);
  }

  stop(): void {
    if (this.#next !== null) clearImmediate(this.#next);
    this.#next = null;
    this.#queue.clear();
    for (const subscriber of [...this.#subscribers]) this.remove(subscriber);
  }

  #sendNext(): void {
    this.#sendChunk();
    this.#next = this.#queue.empty ? null : setImmediate(() => this.#sendNext());
  }

  #sendChunk(): void {
    const all: Chunk = { machineIds: [], timestampsMs: [], texts: [] };
    const some = new Map<PublicSubscriber, Chunk>();
    this.#queue.takeChunk((readings, row) => {
      const machineId = readings.machineIds[row] as string;
      const subscribers = this.#toMachine.get(machineId);
      const machine = this.#machines.get(machineId);
      if (machine === undefined || (this.#toAll.size === 0 && subscribers === undefined)) return;
      const text = sensorDataText(machine, readings, row, this.#metrics);
      if (text === null) return;
      const timestampMs = readings.timestampsMs[row] as number;
      all.machineIds.push(machineId);
      all.timestampsMs.push(timestampMs);
      all.texts.push(text);
      for (const subscriber of subscribers ?? []) {
        if (subscriber.all) continue;
        const chunk = some.get(subscriber) ?? { machineIds: [], timestampsMs: [], texts: [] };
        chunk.machineIds.push(machineId);
        chunk.timestampsMs.push(timestampMs);
        chunk.texts.push(text);
        some.set(subscriber, chunk);
      }
    });
    if (this.#toAll.size > 0 && all.texts.length > 0) {
      const packet = packEvents(all.texts);
      for (const subscriber of this.#toAll) subscriber.send(packet, all);
    }
    for (const [subscriber, chunk] of some) subscriber.send(packEvents(chunk.texts), chunk);
  }

  #newest(sinceMs: ReadonlyMap<string, number>) {
    const newest = new BatchBuilder();
    for (const [machineId, fromMs] of sinceMs)
      this.#machines.get(machineId)?.latest.addReadings(newest, machineId, fromMs);
    const readings = newest.finish();
    const texts = readings.machineIds.flatMap((machineId, row) => {
      const machine = this.#machines.get(machineId);
      return machine === undefined ? [] : (sensorDataText(machine, readings, row, this.#metrics) ?? []);
    });
    return texts.length > 0 ? packEvents(texts) : null;
  }
}

/**
 * `alert` where the alert was annunciated since the version that was sent before, `alert_updated` otherwise. Several changes may
 * have been merged into one, so the last change alone does not tell.
 */
function alertTexts(alerts: readonly AlertRecord[], after: number, machines: VisibleMachines): string[] {
  const sentSeqs = new Map<string, number>();
  return alerts.map((alert) => {
    const name = alert.annunciatedSeq > (sentSeqs.get(alert.id) ?? after) ? 'alert' : 'alert_updated';
    sentSeqs.set(alert.id, alert.seq);
    return eventText(name, alertEvent(alert, machines));
  });
}

function concerns(subscriber: PublicSubscriber, alert: AlertRecord): boolean {
  return alert.machineIds.some((machineId) => subscriber.machineIds.has(machineId));
}
