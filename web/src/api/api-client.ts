// Requests on behalf of who is signed in: adds the token, and makes it new once where the server says it has ended.

import { ApiError, type Request, type Send } from './send.ts';
import type { Session } from './session.ts';

export class ApiClient {
  readonly #send: Send;
  readonly #session: Session;

  constructor(send: Send, session: Session) {
    this.#send = send;
    this.#session = session;
  }

  /** Rejects with an ApiError, or with the reason of `signal`. */
  async request<T>(request: Omit<Request, 'token'>): Promise<T> {
    const token = await this.#session.token(false);
    try {
      return (await this.#send({ ...request, token })) as T;
    } catch (error) {
      if (!(error instanceof ApiError) || error.status !== 401 || token === null) throw error;
      const renewed = await this.#session.token(true);
      if (renewed === null) throw error;
      return (await this.#send({ ...request, token: renewed })) as T;
    }
  }
}
