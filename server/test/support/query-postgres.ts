// Queries of a test beside those of the server.

import { Client } from 'pg';

export type Rows = Record<string, unknown>[];

/** Runs one or more statements on a connection of its own. Values have the types of the client, not ours. */
export async function queryPostgres(url: string, text: string): Promise<Rows> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(text)).rows;
  } finally {
    await client.end();
  }
}
