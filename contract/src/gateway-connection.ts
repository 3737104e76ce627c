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
