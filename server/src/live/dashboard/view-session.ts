// The session of one dashboard: its view, and the state of its three lanes.

import type { AlertService } from '../../alerts/alert-service.ts';
import type { MachineScope } from '../../machines/machine-scope.ts';
import type { VisibleMachines } from '../../machines/visible-machines.ts';
import type { ShownMetrics } from '../../readings/shown-metrics.ts';
import { eventText, packEvents } from '../event-packet.ts';
import type { LiveClient } from '../live-client.ts';
import { DEGRADE_AFTER_TICKS, DISCONNECT_AFTER_TICKS } from '../live-socket.ts';
import type { AcceptedView } from './accept-view.ts';
import { AlertLane } from './alert-lane.ts';
import { AnnouncedMetrics } from './announced-metrics.ts';
import { DetailLane } from './detail-lane.ts';
import { FrameWindow } from './frame-window.ts';
import { NOTHING_SENT, type OverviewBoard, type SentValues } from './overview-board.ts';

/** While more than this is pending, changes of status are merged and sent later. */
const MAX_PENDING_STATUS_BYTES = 256 * 1024;

export class ViewSession {
  readonly client: LiveClient;
  readonly detail: DetailLane;
  readonly alerts: AlertLane;
  readonly #machines: VisibleMachines;
  readonly #board: OverviewBoard;
  readonly #announced: AnnouncedMetrics;
  readonly #overviewWindow = new FrameWindow();
  readonly #detailWindow = new FrameWindow();
  #view: AcceptedView | null = null;
  #sentValues: SentValues = { version: NOTHING_SENT, namedBelow: 0 };
  #sentStatus = NOTHING_SENT;
  #overviewSeq = 0;
  #lastAckId = 0;

  constructor(
    client: LiveClient,
    deps: {
      machines: VisibleMachines;
      alerts: AlertService;
      metrics: ShownMetrics;
      scope: MachineScope;
      board: OverviewBoard;
    },
  ) {
    this.client = client;
    this.detail = new DetailLane(deps.metrics);
    this.#announced = new AnnouncedMetrics(deps.metrics);
    this.#machines = deps.machines;
    this.#board = deps.board;
    this.alerts = new AlertLane(client, deps);
  }

  show(view: AcceptedView): void {
    const before = this.#view;
    this.#view = view;
    if (view.overview && before?.overview !== true) {
      this.#sentValues = { ...this.#sentValues, version: NOTHING_SENT };
      this.#sentStatus = NOTHING_SENT;
    }
    const added = view.detail.filter((machineId) => !this.detail.machineIds.includes(machineId));
    this.detail.show(view.detail);
    if (view.overview) return;
    if (before === null) this.#sentStatus = this.#board.closed;
    this.#sendStatusOf(added);
  }

  /** The client has acknowledged the frame with this id. */
  acknowledge(ackId: number): void {
    this.#overviewWindow.acknowledge(ackId);
    this.#detailWindow.acknowledge(ackId);
  }

  /**
   * @param version the version that the board has just closed
   * @returns false where the client has not acknowledged a frame for too long
   */
  onTick(tick: number, version: number): boolean {
    this.#overviewWindow.onTick();
    this.#detailWindow.onTick();
    const detailLags = this.#detailWindow.waitedTicks >= DEGRADE_AFTER_TICKS;
    if (detailLags) this.detail.conflate();
    this.client.setLagging('overview', this.#overviewWindow.waitedTicks >= DEGRADE_AFTER_TICKS);
    this.client.setLagging('detail', detailLags);
    if (this.#view !== null) {
      this.#sendStatus(this.#view, version);
      this.#sendOverview(this.#view, tick, version);
      this.#sendDetail();
    }
    return Math.max(this.#overviewWindow.waitedTicks, this.#detailWindow.waitedTicks) < DISCONNECT_AFTER_TICKS;
  }

  #sendStatus(view: AcceptedView, version: number): void {
    if (!view.overview && view.detail.length === 0) {
      this.#sentStatus = version;
      return;
    }
    if (this.client.sendBuffer.pendingBytes > MAX_PENDING_STATUS_BYTES) return;
    const packet = this.#board.statusSince(this.#sentStatus);
    this.#sentStatus = version;
    if (packet !== null) this.client.sendBuffer.write(packet);
  }

  #sendOverview(view: AcceptedView, tick: number, version: number): void {
    const sent = this.#sentValues;
    const isDue = sent.version === NOTHING_SENT || tick % view.overviewTicks === 0;
    if (!view.overview || !isDue || !this.#overviewWindow.open) return;
    const frame = this.#board.valuesSince(sent);
    this.#sentValues = { version, namedBelow: frame?.namedBelow ?? sent.namedBelow };
    if (frame === null) return;
    this.#announce(frame.metrics);
    const ackId = this.#lastAckId++;
    this.#overviewWindow.await(ackId);
    const head = `51-${ackId}["overview",${++this.#overviewSeq},{"_placeholder":true,"num":0}]`;
    this.client.sendBuffer.writeBinary(head, frame.bytes);
  }

  #sendDetail(): void {
    if (!this.detail.waiting || !this.#detailWindow.open) return;
    const frame = this.detail.takeFrame(this.#machines);
    this.#announce(frame.metrics);
    const ackId = this.#lastAckId++;
    this.#detailWindow.await(ackId);
    const head = `51-${ackId}["detail",{"_placeholder":true,"num":0}]`;
    this.client.sendBuffer.writeBinary(head, frame.bytes);
  }

  #announce(metrics: Iterable<number>): void {
    const fresh = this.#announced.take(metrics);
    if (fresh.length > 0) this.client.send('frame_metrics', fresh);
  }

  #sendStatusOf(machineIds: readonly string[]): void {
    const entries = machineIds.flatMap((machineId) => this.#machines.get(machineId) ?? []);
    if (entries.length === 0) return;
    const changes = entries.map((machine) => this.#board.statusOf(machine));
    this.client.sendBuffer.write(packEvents([eventText('status', changes)]));
  }
}
