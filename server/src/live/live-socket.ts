// The types of a Socket.IO server and socket that speak the contract.

import type { ClientToServer, ServerToClient } from '@gonsters/contract';
import type { DefaultEventsMap, Server, Socket } from 'socket.io';
import type { Principal } from '../users/access-tokens.ts';

export interface LiveSocketData {
  accessToken: string;
  principal: Principal;
}
export type LiveServer = Server<ClientToServer, ServerToClient, DefaultEventsMap, LiveSocketData>;
export type LiveSocket = Socket<ClientToServer, ServerToClient, DefaultEventsMap, LiveSocketData>;

/** The gateway's pulse. Everything that waits is counted in it, so a clock that jumps ends no connection. */
export const TICK_MS = 100;
/** A client that has taken nothing for this long gets the newest values only. */
export const DEGRADE_AFTER_TICKS = 2000 / TICK_MS;
/** One that has taken nothing for this long is disconnected. */
export const DISCONNECT_AFTER_TICKS = 30_000 / TICK_MS;
