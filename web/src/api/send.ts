// One HTTP request to the server: JSON out, JSON in, every failure as an ApiError.

import type { ErrorReply, Fault } from '@gonsters/contract';

/** Longer than the server's own limit: its answer says more than giving up here would. */
const TIMEOUT_MS = 20_000;

/** `code` is the server's stable id, or `offline` where it could not be reached and `unexpected` where it made no sense. */
export class ApiError extends Error {
  readonly status: number;
  readonly code: string;
  readonly faults: readonly Fault[];
  /** What the server's log knows the request by. */
  readonly requestId: string | null;

  constructor(
    status: number,
    code: string,
    message: string,
    options?: Partial<Pick<ApiError, 'faults' | 'requestId'>> & { cause?: unknown },
  ) {
    super(message, { cause: options?.cause });
    this.status = status;
    this.code = code;
    this.faults = options?.faults ?? [];
    this.requestId = options?.requestId ?? null;
  }
}

export interface Request {
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  path: string;
  query?: Readonly<Record<string, string | number | undefined>>;
  body?: unknown;
  token?: string | null;
  signal?: AbortSignal;
  /** Answers the body as a Blob rather than what its JSON says. */
  file?: true;
}

export type Send = (request: Request) => Promise<unknown>;

/** `onTime` hears the server's time with every reply. */
export function createSend(baseUrl: string, onTime: (serverMs: number) => void): Send {
  return async ({ method, path, query = {}, body, token, signal, file }) => {
    const search = new URLSearchParams();
    for (const [name, value] of Object.entries(query)) {
      if (value !== undefined && value !== '') search.set(name, String(value));
    }
    const headers = new Headers({ Accept: file ? '*/*' : 'application/json' });
    if (token) headers.set('Authorization', `Bearer ${token}`);
    if (body !== undefined) headers.set('Content-Type', 'application/json');
    const timeout = AbortSignal.timeout(TIMEOUT_MS);
    let response: Response;
    let reply: unknown;
    try {
      response = await fetch(`${baseUrl}${path}${search.size > 0 ? `?${search}` : ''}`, {
        method,
        headers,
        signal: signal ? AbortSignal.any([signal, timeout]) : timeout,
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      if (file && response.ok) {
        reply = await response.blob();
      } else {
        const text = await response.text();
        reply = text === '' ? null : JSON.parse(text);
      }
    } catch (cause) {
      if (signal?.aborted) throw cause;
      const unreadable = cause instanceof SyntaxError;
      throw new ApiError(0, unreadable ? 'unexpected' : 'offline', 'No readable answer', { cause });
    }
    const date = Date.parse(response.headers.get('Date') ?? '');
    if (!Number.isNaN(date)) onTime(date);
    if (response.ok) return reply;
    const error = (reply ?? {}) as Partial<ErrorReply>;
    throw new ApiError(response.status, error.code ?? 'unexpected', error.message ?? `HTTP ${response.status}`, {
      faults: error.errors ?? [],
      requestId: response.headers.get('X-Request-Id'),
    });
  };
}
