// Waits until somebody listens on a port of this computer.

import { once } from 'node:events';
import { connect } from 'node:net';

/** The longest that any of the programs needs: ten seconds. */
const TRIES = 200;
const TRY_MS = 50;

/** Rejects with the last refusal. */
export async function untilListening(port: number): Promise<void> {
  for (let tries = 0; ; tries++) {
    const socket = connect(port, '127.0.0.1');
    try {
      await once(socket, 'connect');
      return;
    } catch (error) {
      if (tries >= TRIES) throw error;
      await new Promise((resolve) => setTimeout(resolve, TRY_MS));
    } finally {
      socket.destroy();
    }
  }
}
