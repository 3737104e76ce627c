// An HTTP client for InfluxDB: writes line protocol and queries InfluxQL, using what 1.x, 2.x and 3.x have in common.
// Every wait is bounded; failed requests are not retried.

import { Agent, type IncomingMessage, request as requestHttp } from 'node:http';
import { request as requestHttps, Agent as TlsAgent } from 'node:https';
import type { InfluxdbAddress } from '../../../server-addresses.ts';
import {
  type Answer,
  failureOf,
  InfluxdbError,
  isJson,
  type PartialWrite,
  partialWriteOf,
  refuseErrors,
  type SeriesRows,
  seriesIn,
} from './influxdb-answers.ts';
import { quoteName } from './influxql.ts';
import { NewSeries } from './new-series.ts';

const MAX_CONNECTIONS = 32;
/** Rollups query all readings of an hour. Such a statement may take this many times as long as others. */
const LONG_FACTOR = 12;
/** Bounds of a line of an answer, so that parsing it does not block the event loop. */
const ROWS_PER_CHUNK = 2_000;
const VALUES_PER_CHUNK = 20_000;
/** Longer statements are sent in the body of a POST, because servers and proxies bound the length of an address. */
const MAX_STATEMENT_IN_URL = 4_000;
const FORM = 'application/x-www-form-urlencoded';
const OPENGEMINI = 'x-geminidb-version';

export class InfluxdbClient {
  readonly #address: InfluxdbAddress;
  readonly #agent: Agent;
  /** Only with openGemini, which names itself in the headers of its answers. */
  #newSeries: NewSeries | null = null;
  #writePath: '/write' | '/api/v2/write' = '/write';
  #isClosed = false;

  constructor(address: InfluxdbAddress) {
    this.#address = address;
    const options = { keepAlive: true, maxSockets: MAX_CONNECTIONS };
    this.#agent = address.url.startsWith('https:') ? new TlsAgent(options) : new Agent(options);
  }

  get writePath(): string {
    return this.#writePath;
  }

  /** Finds the path for writes, and creates the database if the server allows it. Rejects with InfluxdbError. */
  async prepare(): Promise<void> {
    this.#writePath = '/write';
    let answer = await this.#post('');
    if (answer.status === 404 && !isJson(answer.text)) {
      this.#writePath = '/api/v2/write';
      answer = await this.#post('');
    }
    if (answer.status === 404) {
      // Each version knows only one of the two ways, and may refuse it. What counts is whether writing works
      // afterwards.
      await this.execute(`CREATE DATABASE ${quoteName(this.#address.bucket)}`).catch(() => undefined);
      await this.#createBucket().catch(() => undefined);
      answer = await this.#post('');
    }
    if (answer.status === 404) {
      const what = `InfluxDB has no database or bucket ${this.#address.bucket}, and does not allow creating it`;
      throw new InfluxdbError(404, `${what}: ${failureOf(answer).message}`);
    }
    // Some versions answer 400 to a body without points, which shows that they grant access.
    if (answer.status >= 300 && answer.status !== 400) throw failureOf(answer);
  }

  /** Resolves when every line is stored. Rejects with InfluxdbError. */
  async write(lines: string): Promise<void> {
    const answer = await this.#post(lines);
    if (answer.status !== 204) throw failureOf(answer);
    await this.#newSeries?.untilVisible(lines);
  }

  /** Resolves with null when every line is stored. Rejects with InfluxdbError if sending again may help. */
  async writePartly(lines: string): Promise<PartialWrite | null> {
    const answer = await this.#post(lines);
    // InfluxDB answers 204. Another status from 200 to 299 comes from something else.
    if (answer.status === 204) {
      await this.#newSeries?.untilVisible(lines);
      return null;
    }
    const partial = partialWriteOf(answer);
    if (partial === null) throw failureOf(answer);
    return partial;
  }

  /** Runs a statement that changes data. Rejects with InfluxdbError. */
  async execute(statement: string): Promise<void> {
    const form = new URLSearchParams({ q: statement }).toString();
    const query = { db: this.#address.bucket };
    const body = { content: form, type: FORM };
    const response = await this.#send('POST', '/query', query, this.#longMs, body);
    const answer = { status: response.statusCode ?? 0, text: await this.#textOf(response, this.#longMs) };
    if (answer.status >= 300) throw failureOf(answer);
    for (const line of answer.text.split('\n')) if (line.trim() !== '') refuseErrors(line);
  }

  /**
   * Rows as they arrive; times are UTC ms. The caller reads to the end or stops iterating. `width` is the number of columns
   * of the answer. Rejects with InfluxdbError.
   */
  async *query(statement: string, { isLong = false, width = 1 } = {}): AsyncGenerator<SeriesRows> {
    const withinMs = isLong ? this.#longMs : this.#address.answerWithinMs;
    const rows = Math.max(1, Math.min(ROWS_PER_CHUNK, Math.floor(VALUES_PER_CHUNK / width)));
    const parameters = { db: this.#address.bucket, epoch: 'ms', chunked: 'true', chunk_size: String(rows) };
    const response =
      statement.length <= MAX_STATEMENT_IN_URL
        ? await this.#send('GET', '/query', { ...parameters, q: statement }, withinMs)
        : await this.#send('POST', '/query', parameters, withinMs, {
            content: new URLSearchParams({ q: statement }).toString(),
            type: FORM,
          });
    try {
      if (response.statusCode !== 200) {
        throw failureOf({ status: response.statusCode ?? 0, text: await this.#textOf(response, withinMs) });
      }
      let unread = '';
      for await (const piece of this.#pieces(response, withinMs)) {
        const lines = (unread + piece).split('\n');
        unread = lines.pop() as string;
        for (const line of lines) yield* seriesIn(line);
      }
      yield* seriesIn(unread);
    } finally {
      response.destroy();
    }
  }

  /** Ends all requests and refuses further ones. */
  close(): void {
    this.#isClosed = true;
    this.#agent.destroy();
  }

  /** Creates the bucket of 2.x in the named organisation, or in the only one. */
  async #createBucket(): Promise<void> {
    const { bucket, org } = this.#address;
    const found = await this.#send('GET', '/api/v2/orgs', org === null ? {} : { org }, this.#address.answerWithinMs);
    const { orgs } = JSON.parse(await this.#textOf(found, this.#address.answerWithinMs)) as { orgs?: { id: string }[] };
    if (orgs?.length !== 1) return;
    const content = JSON.stringify({ orgID: orgs[0]?.id, name: bucket, retentionRules: [] });
    const body = { content, type: 'application/json' };
    const made = await this.#send('POST', '/api/v2/buckets', {}, this.#address.answerWithinMs, body);
    await this.#textOf(made, this.#address.answerWithinMs);
  }

  #writeParameters(): Record<string, string> {
    const { bucket, org } = this.#address;
    if (this.#writePath === '/write') return { db: bucket, precision: 'ns' };
    return { bucket, precision: 'ns', ...(org === null ? {} : { org }) };
  }

  async #post(lines: string): Promise<Answer> {
    const withinMs = this.#address.answerWithinMs;
    const body = { content: lines, type: 'text/plain; charset=utf-8' };
    const response = await this.#send('POST', this.#writePath, this.#writeParameters(), withinMs, body);
    if (OPENGEMINI in response.headers) this.#newSeries ??= new NewSeries((statement) => this.query(statement));
    return { status: response.statusCode ?? 0, text: await this.#textOf(response, withinMs) };
  }

  get #longMs(): number {
    return this.#address.answerWithinMs * LONG_FACTOR;
  }

  async #send(
    method: 'GET' | 'POST',
    path: string,
    query: Record<string, string>,
    withinMs: number,
    body?: Body,
  ): Promise<IncomingMessage> {
    const url = `${this.#address.url}${path}?${new URLSearchParams(query)}`;
    for (let isFirst = true; ; isFirst = false) {
      try {
        return await this.#sendOnce(method, url, withinMs, body);
      } catch (error) {
        // The server was just closing the reused connection. Sending again is safe, because writes are idempotent.
        if (!(isFirst && error instanceof InfluxdbError && error.cause === STALE)) throw error;
      }
    }
  }

  #sendOnce(method: string, url: string, withinMs: number, body?: Body): Promise<IncomingMessage> {
    if (this.#isClosed) return Promise.reject(new InfluxdbError(null, 'The connection to InfluxDB was closed'));
    return new Promise((resolve, reject) => {
      const send = url.startsWith('https:') ? requestHttps : requestHttp;
      const headers = {
        ...this.#credentials(),
        ...(body ? { 'Content-Type': body.type, 'Content-Length': Buffer.byteLength(body.content) } : {}),
      };
      const request = send(url, { method, headers, agent: this.#agent });
      const timer = setTimeout(() => request.destroy(new Error('There was no answer within the timeout')), withinMs);
      request.once('response', (response) => {
        clearTimeout(timer);
        resolve(response);
      });
      // Not `once`, because an error of the connection may follow one of the request.
      request.on('error', (error: NodeJS.ErrnoException) => {
        clearTimeout(timer);
        const isStale = request.reusedSocket && (error.code === 'ECONNRESET' || error.code === 'EPIPE');
        reject(new InfluxdbError(null, `InfluxDB does not answer: ${error.message}`, isStale ? STALE : error));
      });
      request.end(body?.content);
    });
  }

  #credentials(): Record<string, string> {
    const { token, username, password } = this.#address;
    if (token !== null) return { Authorization: `Token ${token}` };
    if (username === null) return {};
    return { Authorization: `Basic ${Buffer.from(`${username}:${password ?? ''}`).toString('base64')}` };
  }

  async #textOf(response: IncomingMessage, withinMs: number): Promise<string> {
    let text = '';
    for await (const piece of this.#pieces(response, withinMs)) text += piece;
    return text;
  }

  /** The timeout applies only while a piece is awaited, so that a slow reader does not cause it. */
  async *#pieces(response: IncomingMessage, withinMs: number): AsyncGenerator<string> {
    response.setEncoding('utf8');
    const pieces = response[Symbol.asyncIterator]() as AsyncIterator<string>;
    for (;;) {
      const timer = setTimeout(
        () => response.destroy(new Error('The answer stopped and did not continue within the timeout')),
        withinMs,
      );
      let next: IteratorResult<string>;
      try {
        next = await pieces.next();
      } catch (error) {
        throw new InfluxdbError(null, `The answer of InfluxDB was interrupted: ${(error as Error).message}`, error);
      } finally {
        clearTimeout(timer);
      }
      if (next.done) return;
      yield next.value;
    }
  }
}

const STALE = Symbol('a reused connection that the server closed');

interface Body {
  content: string;
  type: string;
}
