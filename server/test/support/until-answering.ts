// Waits until a server that a test has started answers.

import { once } from 'node:events';
import { connect } from 'node:net';

/** 50 seconds: on a busy computer a database that was killed needs more than ten to recover. */
const TRIES = 1_000;
const TRY_MS = 50;

/** Repeats `ask` until it resolves. Rejects with the last error. */
export async function untilAnswering(ask: () => Promise<unknown>): Promise<void> {
  for (let tries = 0; ; tries++) {
    try {
      await ask();
      return;
    } catch (error) {
      if (tries >= TRIES) throw error;
      await new Promise((resolve) => setTimeout(resolve, TRY_MS));
    }
  }
}

/** Waits until a port of this computer accepts connections. */
export const untilListening = (port: number): Promise<void> => untilAnswering(() => knock(port));

/** Waits until a URL answers with a status of 2xx. */
export const untilServing = (url: string): Promise<void> =>
  untilAnswering(async () => {
    const { ok, status } = await fetch(url);
    if (!ok) throw new Error(`${url} answers ${status}`);
  });

async function knock(port: number): Promise<void> {
  const socket = connect(port, '127.0.0.1');
  try {
    await once(socket, 'connect');
  } finally {
    socket.destroy();
  }
}
