// The types of the Socket.IO server and its sockets, and the tick by which they are supervised.

import type { ClientToServer, ServerToClient } from '@gonsters/contract';
import type { DefaultEventsMap, Server, Socket } from 'socket.io';
import type { Principal } from '../users/access-tokens.ts';

export interface LiveSocketData {
  accessToken: string;
  principal: Principal;
}
export type LiveServer = Server<ClientToServer, ServerToClient, DefaultEventsMap, LiveSocketData>;
export type LiveSocket = Socket<ClientToServer, ServerToClient, DefaultEventsMap, LiveSocketData>;

/** Waiting times are counted in ticks, so that a clock that jumps ends no connection. */
export const TICK_MS = 100;
/** A client that has received nothing for this long gets only the newest values. */
export const DEGRADE_AFTER_TICKS = 2000 / TICK_MS;
/** A client that has received nothing for this long is disconnected. */
export const DISCONNECT_AFTER_TICKS = 30_000 / TICK_MS;
