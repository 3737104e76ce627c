// How the clients of the embedded broker are connected. Each node of a plant tells of its own clients.

import { z } from 'zod';
import { timeSchema } from './time.ts';

const versionSchema = z.string().meta({ description: 'Version of MQTT: 3.1, 3.1.1 or 5.' });

export const gatewayConnectionSchema = z
  .object({
    client_id: z.string(),
    protocol_version: versionSchema,
    address: z.string(),
    connected_since: timeSchema,
  })
  .meta({ id: 'GatewayConnection' });
export type GatewayConnection = z.infer<typeof gatewayConnectionSchema>;

export const gatewayTrafficSchema = z
  .object({
    messages_per_second: z.number().meta({ description: 'The mean of the last minute.' }),
    values_per_second: z.number(),
    last_hour: z
      .object({
        messages: z.int(),
        refused: z.number().meta({ description: 'Of the messages; one that is refused in part counts as this part.' }),
      })
      .meta({ description: 'What came to this node.' }),
    newest_message_at: timeSchema.nullable().meta({ description: 'null if nothing came since the server started.' }),
    refused: z
      .array(
        z.object({
          reason: z.string(),
          count: z.int(),
          newest_at: timeSchema,
          topic: z.string(),
          example: z.string().meta({ description: 'The beginning of the newest payload.' }),
        }),
      )
      .meta({ description: 'Since the server started, the most frequent reason first.' }),
    machine_count: z.int().meta({ description: 'Machines for which it sent since the server started.' }),
    machines: z
      .array(z.object({ machine_id: z.uuid(), name: z.string(), newest_at: timeSchema }))
      .meta({ description: 'The 100 of them with the newest readings, newest first.' }),
  })
  .meta({ id: 'GatewayTraffic' });
export type GatewayTraffic = z.infer<typeof gatewayTrafficSchema>;

/** Lists have at most this many names. */
export const MAX_LISTED_DISCOVERIES = 20;
export const gatewayDiscoveriesSchema = z
  .object({
    metric_count: z.int(),
    metrics: z.array(z.string()).meta({ description: 'Names of metrics that it sent first and nobody has described.' }),
    machine_count: z.int(),
    machines: z
      .array(z.string())
      .meta({ description: 'Ids of unknown machines for which it sends, and that wait for approval.' }),
  })
  .meta({ id: 'GatewayDiscoveries', description: 'At most 20 of each are listed.' });
export type GatewayDiscoveries = z.infer<typeof gatewayDiscoveriesSchema>;

export const clientIdConflictSchema = z
  .object({
    client_id: z.string(),
    gateway_id: z.uuid().nullable().meta({ description: 'null for clients without credentials.' }),
    addresses: z.array(z.string()),
    takeovers: z.int().meta({ description: 'Connections that were ended in the last minute.' }),
    newest_at: timeSchema,
  })
  .meta({
    id: 'ClientIdConflict',
    description: 'Several devices use the same client id, so that each ends the connection of the others.',
  });
export type ClientIdConflict = z.infer<typeof clientIdConflictSchema>;

export const refusedConnectionSchema = z
  .object({
    client_id: z.string().nullable().meta({ description: 'null where the client did not say it.' }),
    username: z.string().nullable(),
    protocol_version: versionSchema.nullable(),
    address: z.string(),
    reason_code: z.int().meta({ description: 'As in MQTT 5, section 2.4, whatever version the client has.' }),
    reason: z.string().meta({ description: 'A sentence.' }),
    count: z.int(),
    first_at: timeSchema,
    newest_at: timeSchema,
  })
  .meta({
    id: 'RefusedConnection',
    description: 'A client that the broker refused or disconnected; attempts for the same reason are one entry.',
  });
export type RefusedConnection = z.infer<typeof refusedConnectionSchema>;
