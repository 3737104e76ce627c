// The HTTP requests of a simulation: signing in, finding or creating machines, sending batches.

import type { MachineInput, MachineLimits } from '@gonsters/contract';
import { type KnownMachine, SimulationError } from './publisher.ts';

const PAGE = 1000;

interface Reply {
  status: number;
  body: Record<string, unknown>;
  retryAfterS: number | null;
}

export class ServerApi {
  readonly #base: string;
  readonly #username: string;
  readonly #password: string;
  #token = '';

  constructor(options: { url: string; username: string; password: string }) {
    this.#base = `${options.url}/api/v1`;
    this.#username = options.username;
    this.#password = options.password;
  }

  async signIn(): Promise<void> {
    const reply = await this.#send('POST', '/auth/login', { username: this.#username, password: this.#password });
    if (reply.status !== 200) throw this.#failure(`Signing in as ${this.#username}`, reply);
    this.#token = String(reply.body.access_token);
  }

  /** The machines with these names, in this order. Missing ones are created. */
  async provide(wanted: readonly MachineInput[]): Promise<KnownMachine[]> {
    let known = await this.#machinesByName();
    const missing = wanted.filter((machine) => !known.has(machine.name));
    if (missing.length > 0) {
      const body = missing.map(({ name, location, sensor_type, status }) => ({ name, location, sensor_type, status }));
      const reply = await this.request('POST', '/data/machines/import', body);
      if (reply.status !== 201 && reply.status !== 200) throw this.#failure('Creating the machines', reply);
      known = await this.#machinesByName();
    }
    return wanted.map((machine) => {
      const found = known.get(machine.name);
      if (found === undefined) throw new SimulationError(`The server did not create ${machine.name}`);
      return found;
    });
  }

  /** Sets the limits of a sensor type, unless somebody has set any. */
  async provideLimits(sensorType: string, limits: MachineLimits): Promise<void> {
    const path = `/data/sensor-types/${encodeURIComponent(sensorType)}/limits`;
    const present = await this.request('GET', path);
    if (present.status !== 200) throw this.#failure(`Reading the limits of ${sensorType}`, present);
    if (Object.keys(present.body.limits as object).length > 0) return;
    const reply = await this.request('PUT', path, limits);
    if (reply.status !== 200) throw this.#failure(`Setting the limits of ${sensorType}`, reply);
  }

  /** Sends with the token, and signs in again if it has expired. */
  async request(method: string, path: string, body?: unknown): Promise<Reply> {
    const reply = await this.#send(method, path, body);
    if (reply.status !== 401) return reply;
    await this.signIn();
    return this.#send(method, path, body);
  }

  async #machinesByName(): Promise<Map<string, KnownMachine>> {
    const known = new Map<string, KnownMachine>();
    for (let offset = 0; ; offset += PAGE) {
      const reply = await this.request('GET', `/data/machines?sort=name&limit=${PAGE}&offset=${offset}`);
      if (reply.status !== 200) throw this.#failure('Listing the machines', reply);
      const machines = reply.body.machines as Record<string, string | null>[];
      for (const machine of machines) {
        known.set(machine.name as string, {
          machineId: machine.machine_id as string,
          name: machine.name as string,
          location: machine.location as string,
          sensorType: machine.sensor_type as string,
          factoryId: machine.factory_id ?? null,
          latestMs: Date.parse(machine.last_seen ?? ''),
        });
      }
      if (machines.length < PAGE) return known;
    }
  }

  async #send(method: string, path: string, body?: unknown): Promise<Reply> {
    let response: Response;
    try {
      response = await fetch(`${this.#base}${path}`, {
        method,
        headers: {
          ...(this.#token === '' ? {} : { authorization: `Bearer ${this.#token}` }),
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
    } catch (error) {
      const reason = ((error as Error).cause as Error | undefined)?.message ?? (error as Error).message;
      throw new SimulationError(`The server at ${this.#base} cannot be reached: ${reason}`, { cause: error });
    }
    const text = await response.text();
    const retryAfter = Number(response.headers.get('retry-after') ?? Number.NaN);
    return {
      status: response.status,
      body: response.headers.get('content-type')?.includes('json') ? JSON.parse(text) : {},
      retryAfterS: Number.isNaN(retryAfter) ? null : retryAfter,
    };
  }

  #failure(what: string, reply: Reply): SimulationError {
    return new SimulationError(`${what} failed: ${reply.status} ${String(reply.body.message ?? '')}`.trim());
  }
}
