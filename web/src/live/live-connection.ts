// The socket to the server: authenticates, sends the view subscriptions, reconnects without end, and passes each lane to its
// handler.

import {
  type ClientToServer,
  decodeDetailFrame,
  decodeOverviewFrame,
  FRAMES_VERSION,
  type FrameValues,
  type LiveView,
  type ServerToClient,
} from '@gonsters/contract';
import { io, type Socket } from 'socket.io-client';
import { ChangeSignal } from './change-signal.ts';
import type { ConnectionState, LiveConnectionDeps } from './connection-terms.ts';
import { ValueArrival } from './value-arrival.ts';
import { ViewSubscriptions } from './view-subscriptions.ts';

type LiveSocket = Socket<ServerToClient, ClientToServer>;

const RETRY_MS = { first: 500, most: 5_000, refused: 30_000 };

export class LiveConnection {
  readonly signal = new ChangeSignal();
  readonly #parts: LiveConnectionDeps;
  #socket: LiveSocket | null = null;
  #endPageWatch: (() => void) | null = null;
  #retry: ReturnType<typeof setTimeout> | null = null;
  #state: ConnectionState;
  readonly #arrival: ValueArrival;
  readonly #wishes = new ViewSubscriptions(() => this.#planView());
  /** Machines of which every reading arrives, as the server confirmed last. */
  #detailRunning = new Set<string>();
  #detailSeq: number | null = null;
  #viewPlanned = false;
  #resume = false;
  #tokenRefused = false;
  #refusals = 0;

  constructor(parts: LiveConnectionDeps) {
    this.#parts = parts;
    this.#arrival = new ValueArrival(parts.now);
    this.#state = { phase: 'connecting', sinceMs: parts.now(), degraded: false, outdated: false };
  }

  get state(): ConnectionState {
    return this.#state;
  }

  /** When new values arrived last, NaN before the first. */
  get lastFrameMs(): number {
    return this.#arrival.lastMs;
  }

  /**
   * Something on screen shows values, and the plant has sent some before: without either none come, and their absence
   * says nothing.
   */
  get expectsValues(): boolean {
    const { overview, detail } = this.#wishes.view(false);
    return !this.#arrival.nothingYet && (overview || detail.length > 0);
  }

  start(): void {
    if (this.#socket) return;
    const socket: LiveSocket = io(this.#parts.url, {
      transports: ['websocket', 'polling'],
      autoConnect: false,
      reconnectionDelay: RETRY_MS.first,
      reconnectionDelayMax: RETRY_MS.most,
      auth: (give) => {
        const renew = this.#tokenRefused;
        this.#tokenRefused = false;
        this.#parts.token(renew).then(
          (token) => (token === null ? this.stop() : give({ token })),
          () => this.#retryLater(),
        );
      },
    });
    this.#socket = socket;
    this.#listen(socket);
    this.#endPageWatch = this.#parts.page.onChange(() => this.#planView());
    this.#move('connecting');
    socket.connect();
  }

  stop(): void {
    this.#endPageWatch?.();
    this.#endPageWatch = null;
    if (this.#retry !== null) clearTimeout(this.#retry);
    this.#retry = null;
    const socket = this.#socket;
    this.#socket = null;
    socket?.removeAllListeners();
    socket?.disconnect();
    this.#detailRunning.clear();
  }

  /** Does not wait for the next attempt. */
  reconnectNow(): void {
    if (this.#socket && !this.#socket.connected) this.#socket.disconnect().connect();
  }

  /** Takes part in the overview lane. @returns a function that ends the watch */
  watchOverview(): () => void {
    return this.#wishes.watchOverview();
  }

  /** Every reading of one machine. @returns a function that ends the watch */
  watchMachine(machineId: string): () => void {
    return this.#wishes.watchMachine(machineId);
  }

  #listen(socket: LiveSocket): void {
    const { handlers } = this.#parts;
    socket.on('connect', () => {
      this.#parts.metrics.forgetNumbers();
      this.#detailRunning = new Set();
      this.#detailSeq = null;
      this.#resume = true;
      this.#refusals = 0;
      this.#arrival.expectSnapshot();
      this.#move('live');
      handlers.connected();
      this.#sendView();
    });
    socket.on('disconnect', (reason) => {
      this.#detailRunning = new Set();
      this.#move('offline');
      // The library does not come back by itself where the server closed the connection: its token had ended.
      if (reason === 'io server disconnect') this.#retryLater();
    });
    socket.on('connect_error', (error) => {
      this.#move('offline');
      // Refused by the server rather than unreachable: the token is no longer good.
      this.#tokenRefused = 'data' in error && error.data !== undefined;
      if (!socket.active) this.#retryLater();
    });
    socket.on('session_ended', () => {
      this.#tokenRefused = true;
    });
    socket.on('view', (view) => this.#detailConfirmed(view.detail));
    socket.on('frame_metrics', (metrics) => this.#parts.metrics.announce(metrics));
    socket.on('subscribe_error', ({ code }) => {
      if (code === 'reload') this.#noteOutdated();
    });
    socket.on('overview', (_seq, bytes, taken) => {
      const frame = this.#decode(() => decodeOverviewFrame(bytes));
      if (frame === null) return;
      this.#arrival.onOverview(frame);
      handlers.overview(frame);
      taken();
    });
    socket.on('detail', (bytes, taken) => {
      const frame = this.#decode(() => decodeDetailFrame(bytes));
      if (frame === null) return;
      this.#arrival.onDetail();
      const missed = this.#detailSeq !== null && frame.seq !== this.#detailSeq + 1;
      this.#detailSeq = frame.seq;
      handlers.detail(frame);
      taken();
      if (missed) handlers.detailStarted([...this.#detailRunning], new Set());
    });
    socket.on('status', handlers.status);
    socket.on('alerts', handlers.alerts);
    socket.on('machine', handlers.machine);
    socket.on('config', handlers.config);
    socket.on('metrics', handlers.catalogue);
    socket.on('degraded', ({ degraded }) => {
      if (!degraded) handlers.detailStarted([...this.#detailRunning], new Set());
      this.#state = { ...this.#state, degraded };
      this.signal.tell();
    });
  }

  /** null for a frame of a server of another version. The page then tries again later, in case there are several servers. */
  #decode<T extends FrameValues>(decode: () => T): T | null {
    try {
      const frame = decode();
      this.#parts.metrics.translate(frame);
      return frame;
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      this.#noteOutdated();
      this.#socket?.disconnect();
      this.#retryLater(RETRY_MS.refused);
      return null;
    }
  }

  #noteOutdated(): void {
    if (this.#state.outdated) return;
    this.#state = { ...this.#state, outdated: true };
    this.signal.tell();
  }

  #detailConfirmed(machineIds: string[]): void {
    const continuous = this.#detailRunning;
    this.#detailRunning = new Set(machineIds);
    this.#parts.handlers.detailStarted(machineIds, continuous);
  }

  #planView(): void {
    if (this.#viewPlanned) return;
    this.#viewPlanned = true;
    queueMicrotask(() => {
      this.#viewPlanned = false;
      if (this.#socket?.connected) this.#sendView();
    });
  }

  #sendView(): void {
    const view: LiveView = { ...this.#wishes.view(this.#parts.page.hidden()), frames: FRAMES_VERSION };
    if (this.#resume && this.#parts.alertsSince() > 0) view.alerts_since = this.#parts.alertsSince();
    this.#resume = false;
    if (!view.overview) this.#arrival.expectSnapshot();
    this.#socket?.emit('set_view', view);
  }

  #retryLater(delayMs = Math.min(RETRY_MS.first * 2 ** this.#refusals++, RETRY_MS.refused)): void {
    if (this.#retry !== null) return;
    this.#retry = setTimeout(() => {
      this.#retry = null;
      this.#socket?.disconnect().connect();
    }, delayMs);
  }

  #move(phase: ConnectionState['phase']): void {
    if (this.#state.phase === phase) return;
    // Another server may have answered.
    const outdated = phase !== 'live' && this.#state.outdated;
    this.#state = { phase, sinceMs: this.#parts.now(), degraded: false, outdated };
    this.signal.tell();
  }
}
