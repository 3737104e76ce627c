// Requests of the signed-in user: adds the access token, and renews it once where the server says that it has expired.

import { ApiError, type Open, type Request, type Send } from './send.ts';
import type { Session } from './session.ts';

export class ApiClient {
  readonly #send: Send;
  readonly #open: Open;
  readonly #session: Session;

  constructor(send: Send, open: Open, session: Session) {
    this.#send = send;
    this.#open = open;
    this.#session = session;
  }

  /** Rejects with an ApiError, or with the reason of `signal`. */
  async request<T>(request: Omit<Request, 'token'>): Promise<T> {
    return (await this.#withToken((token) => this.#send({ ...request, token }))) as T;
  }

  /** An answer that is no JSON or is too long to be waited for: a file. Rejects like `request`. */
  open(request: Omit<Request, 'token'>): Promise<Response> {
    return this.#withToken((token) => this.#open({ ...request, token }));
  }

  async #withToken<T>(ask: (token: string | null) => Promise<T>): Promise<T> {
    const token = await this.#session.token(false);
    try {
      return await ask(token);
    } catch (error) {
      if (!(error instanceof ApiError) || token === null) throw error;
      // The policy has changed since the page was opened: with the renewed session the page says so in place of the screen.
      if (error.code === 'second_factor_required_by_policy') void this.#session.retry();
      if (error.status !== 401) throw error;
      const renewed = await this.#session.token(true);
      if (renewed === null) throw error;
      return ask(renewed);
    }
  }
}
