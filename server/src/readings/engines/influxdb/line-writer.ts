// Writes lines in requests of bounded size.

import { InfluxdbError } from './influxdb-answers.ts';
import type { InfluxdbClient } from './influxdb-client.ts';

const LINES_PER_WRITE = 5_000;
const CHARACTERS_PER_WRITE = 2_000_000;

/** Collects lines into requests of bounded size. */
export class LineWriter {
  readonly #client: InfluxdbClient;
  #lines: string[] = [];
  #characters = 0;

  constructor(client: InfluxdbClient) {
    this.#client = client;
  }

  async add(lines: readonly string[]): Promise<void> {
    for (const line of lines) {
      this.#lines.push(line);
      this.#characters += line.length;
      if (this.#lines.length >= LINES_PER_WRITE || this.#characters >= CHARACTERS_PER_WRITE) await this.end();
    }
  }

  async end(): Promise<void> {
    if (this.#lines.length === 0) return;
    const text = this.#lines.join('');
    this.#lines = [];
    this.#characters = 0;
    const partial = await this.#client.writePartly(text);
    // Rollups older than the retention of InfluxDB are not needed.
    if (partial !== null && partial.reason !== 'too_old') throw new InfluxdbError(200, partial.message);
  }
}
