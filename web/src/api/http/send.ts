// One HTTP request to the server: JSON out, JSON (or a CSV file, as text) in, every failure as an ApiError.

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
  /** After how many seconds the server may accept it; null where it does not say. */
  readonly retryAfterS: number | null;
  /** The whole answer, for what one kind of failure says beside its code. */
  readonly reply: unknown;

  constructor(
    status: number,
    code: string,
    message: string,
    options?: Partial<Pick<ApiError, 'faults' | 'requestId' | 'retryAfterS' | 'reply'>> & { cause?: unknown },
  ) {
    super(message, { cause: options?.cause });
    this.status = status;
    this.code = code;
    this.faults = options?.faults ?? [];
    this.requestId = options?.requestId ?? null;
    this.retryAfterS = options?.retryAfterS ?? null;
    this.reply = options?.reply;
  }
}

export interface Request {
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  path: string;
  query?: Readonly<Record<string, string | number | undefined>>;
  body?: unknown;
  token?: string | null;
  signal?: AbortSignal;
}

export type Send = (request: Request) => Promise<unknown>;
/** Resolves with the head of a good answer; its body is the caller's to read, however long that takes. */
export type Open = (request: Request) => Promise<Response>;

/** `onTime` is called with the server's time of every reply. */
export function createOpen(baseUrl: string, onTime: (serverMs: number) => void): Open {
  return async ({ method, path, query = {}, body, token, signal }) => {
    const search = new URLSearchParams();
    for (const [name, value] of Object.entries(query)) {
      if (value !== undefined && value !== '') search.set(name, String(value));
    }
    const headers = new Headers({ Accept: 'application/json, */*' });
    if (token) headers.set('Authorization', `Bearer ${token}`);
    if (body !== undefined) headers.set('Content-Type', 'application/json');
    let response: Response;
    try {
      response = await fetch(`${baseUrl}${path}${search.size > 0 ? `?${search}` : ''}`, {
        method,
        headers,
        signal: signal ?? null,
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
    } catch (cause) {
      throw new ApiError(0, 'offline', 'No answer', { cause });
    }
    const date = Date.parse(response.headers.get('Date') ?? '');
    if (!Number.isNaN(date)) onTime(date);
    if (response.ok) return response;
    const error = ((await readJson(response)) ?? {}) as Partial<ErrorReply>;
    throw new ApiError(response.status, error.code ?? 'unexpected', error.message ?? `HTTP ${response.status}`, {
      faults: error.errors ?? [],
      requestId: response.headers.get('X-Request-Id'),
      retryAfterS: Number(response.headers.get('Retry-After')) || null,
      reply: error,
    });
  };
}

export function createSend(open: Open): Send {
  return async (request) => {
    const timeout = AbortSignal.timeout(TIMEOUT_MS);
    const signal = request.signal ? AbortSignal.any([request.signal, timeout]) : timeout;
    try {
      return await readJson(await open({ ...request, signal }));
    } catch (error) {
      // A caller that aborted gets the abort, not an ApiError.
      request.signal?.throwIfAborted();
      throw error;
    }
  };
}

async function readJson(response: Response): Promise<unknown> {
  try {
    const text = await response.text();
    return text === '' ? null : JSON.parse(text);
  } catch (cause) {
    const unreadable = cause instanceof SyntaxError;
    throw new ApiError(0, unreadable ? 'unexpected' : 'offline', 'No readable answer', { cause });
  }
}
