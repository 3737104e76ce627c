import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  type ClientToServer,
  encodeDetailFrame,
  encodeOverviewFrame,
  FRAMES_VERSION,
  type FrameMetric,
  type LiveView,
  METRIC_NAMES,
  type ServerToClient,
} from '@gonsters/contract';
import { Server, type Socket } from 'socket.io';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { ChangeSignal } from './change-signal.ts';
import type { LiveHandlers } from './connection-terms.ts';
import { LiveConnection } from './live-connection.ts';
import { LiveMetrics } from './live-metrics.ts';
import { valuesOf } from './test-frames.ts';

const A = '00000000-0000-4000-8000-00000000000a';
const B = '00000000-0000-4000-8000-00000000000b';

type ServerSocket = Socket<ClientToServer, ServerToClient>;

const SEED: FrameMetric[] = METRIC_NAMES.map((name, number) => ({ number, name, kind: 'gauge' }));
/** A row with the same value of each metric that every machine has. */
const rowOf = (value: number) => METRIC_NAMES.map((_, metric) => [metric, value] as const);

/** A real Socket.IO server that answers views as the contract says, and a connection to it. */
async function setUp(options: { alertsSince?: number; refuse?: (token: unknown) => boolean } = {}) {
  const http = createServer();
  const server = new Server<ClientToServer, ServerToClient>(http);
  const views: LiveView[] = [];
  const sockets: ServerSocket[] = [];
  const tokens: unknown[] = [];
  server.use((socket, next) => {
    tokens.push(socket.handshake.auth.token);
    if (!options.refuse?.(socket.handshake.auth.token)) return next();
    next(Object.assign(new Error('unauthorized'), { data: { code: 'token_expired' } }));
  });
  server.on('connection', (socket) => {
    sockets.push(socket);
    socket.emit('frame_metrics', SEED);
    socket.on('set_view', (view) => {
      views.push(view);
      socket.emit('view', { overview: view.overview, detail: view.detail, hz: view.hz });
    });
  });
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
  const page = { hidden: false, signal: new ChangeSignal() };
  const started: [string[], string[]][] = [];
  const handlers = {
    overview: vi.fn<LiveHandlers['overview']>(),
    status: vi.fn<LiveHandlers['status']>(),
    detail: vi.fn<LiveHandlers['detail']>(),
    alerts: vi.fn<LiveHandlers['alerts']>(),
    machine: vi.fn<LiveHandlers['machine']>(),
    config: vi.fn<LiveHandlers['config']>(),
    catalogue: vi.fn<LiveHandlers['catalogue']>(),
    connected: vi.fn<LiveHandlers['connected']>(),
    detailStarted: (machineIds: readonly string[], continuous: ReadonlySet<string>) => {
      started.push([[...machineIds], [...continuous]]);
    },
  };
  let issued = 0;
  const metrics = new LiveMetrics();
  const connection = new LiveConnection({
    metrics,
    url: `http://127.0.0.1:${(http.address() as AddressInfo).port}`,
    token: async (renew) => (renew || issued === 0 ? `token-${++issued}` : `token-${issued}`),
    handlers,
    alertsSince: () => options.alertsSince ?? 0,
    page: { hidden: () => page.hidden, onChange: page.signal.subscribe },
    now: Date.now,
  });
  ends.push(async () => {
    connection.stop();
    await server.close();
  });
  return { connection, metrics, views, sockets, tokens, page, handlers, started };
}
const ends: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0)) await end();
});

const until = (check: () => void) => vi.waitFor(check, { timeout: 10_000, interval: 10 });

const detailFrame = (seq: number, machineId: string) =>
  Buffer.from(
    encodeDetailFrame({
      seq,
      machineIds: [machineId],
      machineIndex: Uint8Array.of(0),
      timestampsMs: Float64Array.of(seq * 1000),
      ...valuesOf([rowOf(seq)]),
    }),
  );

describe('the live connection', () => {
  it('signs in, says it is live, and tells the server what is on screen in one message', async () => {
    const { connection, views, tokens, handlers } = await setUp();
    expect(connection.state.phase).toBe('connecting');
    connection.watchOverview();
    connection.watchMachine(A);
    connection.watchMachine(B);
    connection.start();
    await until(() => expect(views).toEqual([{ overview: true, detail: [A, B], hz: 1, frames: FRAMES_VERSION }]));
    expect(connection.state.phase).toBe('live');
    expect(tokens).toEqual(['token-1']);
    expect(handlers.connected).toHaveBeenCalledTimes(1);
  });

  it('stops asking for a machine when the last who shows it has gone', async () => {
    const { connection, views } = await setUp();
    const first = connection.watchMachine(A);
    const second = connection.watchMachine(A);
    connection.start();
    await until(() => expect(views.at(-1)?.detail).toEqual([A]));
    first();
    first();
    connection.watchOverview();
    await until(() => expect(views.at(-1)).toMatchObject({ overview: true, detail: [A] }));
    second();
    await until(() => expect(views.at(-1)?.detail).toEqual([]));
  });

  it('takes only what a hidden tab needs, and says that the detail lane was interrupted', async () => {
    const { connection, views, page, started } = await setUp();
    connection.watchOverview();
    connection.watchMachine(A);
    connection.start();
    await until(() => expect(started).toEqual([[[A], []]]));
    page.hidden = true;
    page.signal.tell();
    await until(() => expect(views.at(-1)).toEqual({ overview: true, detail: [], hz: 0.2, frames: FRAMES_VERSION }));
    page.hidden = false;
    page.signal.tell();
    await until(() => expect(views).toHaveLength(3));
    await until(() => expect(started.at(-1)).toEqual([[A], []]));
  });

  it('knows a machine that was sent all along from one that is new', async () => {
    const { connection, started } = await setUp();
    connection.watchMachine(A);
    connection.start();
    await until(() => expect(started).toHaveLength(1));
    connection.watchMachine(B);
    await until(() => expect(started.at(-1)).toEqual([[A, B], [A]]));
  });

  it('hands on decoded frames, acknowledges them, and notices one that was left out', async () => {
    const { connection, sockets, handlers, started } = await setUp();
    connection.watchMachine(A);
    connection.start();
    await until(() => expect(started).toHaveLength(1));
    const socket = sockets[0] as ServerSocket;
    for (const seq of [1, 2]) await socket.timeout(5000).emitWithAck('detail', detailFrame(seq, A));
    expect(handlers.detail.mock.calls.map(([frame]) => frame.seq)).toEqual([1, 2]);
    expect(handlers.detail.mock.calls[1]?.[0].timestampsMs[0]).toBe(2000);
    expect(started).toHaveLength(1);
    await socket.timeout(5000).emitWithAck('detail', detailFrame(5, A));
    expect(started.at(-1)).toEqual([[A], []]);
    expect(connection.lastFrameMs).not.toBeNaN();
  });

  it('hands on overview frames and acknowledges them', async () => {
    const { connection, sockets, handlers } = await setUp();
    connection.watchOverview();
    connection.start();
    await until(() => expect(sockets).toHaveLength(1));
    const frame = {
      named: { machines: Uint32Array.of(7), machineIds: [A] },
      machines: Uint32Array.of(7),
      timestampsMs: Float64Array.of(1000),
      ...valuesOf([rowOf(1.5)]),
      agesMs: Float32Array.of(0, 1000, 2000),
    };
    await sockets[0]?.timeout(5000).emitWithAck('overview', 1, Buffer.from(encodeOverviewFrame(frame)));
    expect(handlers.overview.mock.calls).toEqual([[frame]]);
  });

  it('expects no values of a plant that has never sent any', async () => {
    const { connection, sockets } = await setUp();
    connection.watchOverview();
    connection.start();
    await until(() => expect(sockets).toHaveLength(1));
    const socket = sockets[0] as ServerSocket;
    const frameOf = (count: 0 | 1) => {
      const machines = Uint32Array.of(7).subarray(0, count);
      return Buffer.from(
        encodeOverviewFrame({
          named: { machines, machineIds: [A].slice(0, count) },
          machines,
          timestampsMs: Float64Array.of(Date.now()).subarray(0, count),
          ...valuesOf([rowOf(1)].slice(0, count)),
          agesMs: new Float32Array(3 * count),
        }),
      );
    };
    await socket.timeout(5000).emitWithAck('overview', 1, frameOf(0));
    expect([connection.expectsValues, connection.lastFrameMs]).toEqual([false, Number.NaN]);
    await socket.timeout(5000).emitWithAck('overview', 2, frameOf(1));
    expect(connection.expectsValues).toBe(true);
    expect(connection.lastFrameMs).toBeGreaterThan(Date.now() - 10_000);
  });

  it('takes what the server already had for as old as it is, and what follows for new', async () => {
    const { connection, sockets } = await setUp();
    expect(connection.expectsValues).toBe(false);
    connection.watchOverview();
    expect(connection.expectsValues).toBe(true);
    connection.start();
    await until(() => expect(sockets).toHaveLength(1));
    const socket = sockets[0] as ServerSocket;
    const hourAgoMs = Date.now() - 3_600_000;
    const frame = Buffer.from(
      encodeOverviewFrame({
        named: { machines: Uint32Array.of(7), machineIds: [A] },
        machines: Uint32Array.of(7),
        timestampsMs: Float64Array.of(hourAgoMs),
        ...valuesOf([rowOf(1)]),
        agesMs: new Float32Array(3),
      }),
    );
    await socket.timeout(5000).emitWithAck('overview', 1, frame);
    expect(connection.lastFrameMs).toBe(hourAgoMs);
    await socket.timeout(5000).emitWithAck('overview', 2, frame);
    expect(connection.lastFrameMs).toBeGreaterThan(hourAgoMs + 3_000_000);
  });

  it('is offline at once when the connection is lost, comes back, and resumes alerts where it stood', async () => {
    const { connection, views, sockets, started, handlers } = await setUp({ alertsSince: 41 });
    connection.watchMachine(A);
    connection.start();
    await until(() => expect(started).toHaveLength(1));
    const phases: string[] = [];
    connection.signal.subscribe(() => phases.push(connection.state.phase));
    sockets[0]?.conn.close();
    await until(() => expect(handlers.connected).toHaveBeenCalledTimes(2));
    expect(phases).toEqual(['offline', 'live']);
    await until(() => expect(views.map((view) => view.alerts_since)).toEqual([41, 41]));
    await until(() => expect(started).toHaveLength(2));
    expect(started.at(-1)).toEqual([[A], []]);
  });

  it('comes back with a new token when the server refuses the old one', async () => {
    const { connection, tokens } = await setUp({ refuse: (token) => token === 'token-1' });
    connection.start();
    await until(() => expect(connection.state.phase).toBe('live'));
    expect(tokens).toEqual(['token-1', 'token-2']);
  });

  it('comes back with a new token when the server ends the session', async () => {
    const { connection, sockets, tokens } = await setUp();
    connection.start();
    await until(() => expect(connection.state.phase).toBe('live'));
    sockets[0]?.emit('session_ended', { code: 'token_expired', message: 'The token has ended' });
    sockets[0]?.disconnect(true);
    await until(() => expect(tokens).toEqual(['token-1', 'token-2']));
    await until(() => expect(connection.state.phase).toBe('live'));
  });

  it('says while the server slows it down, and asks for what was left out afterwards', async () => {
    const { connection, sockets, started } = await setUp();
    connection.watchMachine(A);
    connection.start();
    await until(() => expect(started).toHaveLength(1));
    sockets[0]?.emit('degraded', { degraded: true, reason: 'slow' });
    await until(() => expect(connection.state.degraded).toBe(true));
    sockets[0]?.emit('degraded', { degraded: false, reason: '' });
    await until(() => expect(connection.state.degraded).toBe(false));
    expect(started.at(-1)).toEqual([[A], []]);
  });

  it('gives metrics the numbers of the page, whatever numbers the server has for them', async () => {
    const { connection, metrics, sockets, handlers, started } = await setUp();
    connection.watchMachine(A);
    connection.start();
    await until(() => expect(started).toHaveLength(1));
    const socket = sockets[0] as ServerSocket;
    // The page has met one of the states before, in history.
    const mode = metrics.numberOf('mode');
    expect(metrics.valueOf(mode, 'running')).toBe(0);
    socket.emit('frame_metrics', [
      { number: 900, name: 'mode', kind: 'state', states: ['idle', 'running'] },
      { number: 7, name: 'flow', kind: 'gauge' },
    ]);
    const head = { seq: 1, machineIds: [A], machineIndex: Uint8Array.of(0), timestampsMs: Float64Array.of(1) };
    const values = valuesOf([
      [
        [0, 70],
        [7, 5],
        [900, 1],
      ],
    ]);
    await socket.timeout(5000).emitWithAck('detail', Buffer.from(encodeDetailFrame({ ...head, ...values })));
    const frame = handlers.detail.mock.calls[0]?.[0];
    expect([...(frame?.metrics ?? [])].map((metric) => metrics.nameOf(metric))).toEqual([
      'temperature',
      'flow',
      'mode',
    ]);
    expect([...(frame?.values ?? [])]).toEqual([70, 5, 0]);
    expect([metrics.kindOf(mode), metrics.statesOf(mode)]).toEqual(['state', ['running', 'idle']]);
  });

  it.each(['a frame of another version', 'a metric that was not announced'])(
    'is offline and outdated after %s',
    async (what) => {
      const { connection, sockets, handlers, started } = await setUp();
      connection.watchMachine(A);
      connection.start();
      await until(() => expect(started).toHaveLength(1));
      const bytes = detailFrame(1, A);
      if (what.startsWith('a frame')) bytes[0] = FRAMES_VERSION - 1;
      else bytes.writeUInt16LE(77, bytes.length - (3 * 3 + 1));
      sockets[0]?.emit('detail', bytes, () => {});
      await until(() => expect(connection.state).toMatchObject({ phase: 'offline', outdated: true }));
      expect(handlers.detail).not.toHaveBeenCalled();
    },
  );

  it('knows that it is outdated when the server says so, and still gets alerts', async () => {
    const { connection, sockets, handlers } = await setUp();
    connection.start();
    await until(() => expect(connection.state.phase).toBe('live'));
    sockets[0]?.emit('subscribe_error', { machine_id: null, code: 'reload', message: '' });
    await until(() => expect(connection.state.outdated).toBe(true));
    sockets[0]?.emit('alerts', { complete: true, alerts: [] });
    await until(() => expect(handlers.alerts).toHaveBeenCalled());
    expect(connection.state.phase).toBe('live');
  });

  it('stays silent after stop', async () => {
    const { connection, sockets, handlers } = await setUp();
    connection.start();
    await until(() => expect(connection.state.phase).toBe('live'));
    const left = new Promise((resolve) => sockets[0]?.on('disconnect', resolve));
    connection.stop();
    connection.stop();
    await left;
    expect(handlers.connected).toHaveBeenCalledTimes(1);
  });
});
