// A gateway: the credentials with which a device sends readings, and the machines whose readings it may send.

import { z } from 'zod';
import { gatewayTokenSchema } from './access-key.ts';
import {
  clientIdConflictSchema,
  gatewayConnectionSchema,
  gatewayDiscoveriesSchema,
  gatewayTrafficSchema,
  refusedConnectionSchema,
} from './gateway-connection.ts';
import { lineSchema, nameSchema } from './name.ts';
import { sparkplugHostSchema } from './sparkplug.ts';
import { timeSchema } from './time.ts';
import { isTimeZone } from './time-zone.ts';

/** An IANA name: offsets such as +07:00 are not known to every engine that runs the server or the page. */
const gatewayZone = z
  .string()
  .max(100)
  .refine((name) => !/^[+-]/.test(name) && isTimeZone(name), 'must be a time zone such as Asia/Jakarta')
  .meta({ description: 'The zone of timestamps that come without one. UTC unless set.', example: 'Asia/Jakarta' });

const machineIds = z.array(z.uuid()).max(10_000);

export const GATEWAY_SCOPES = ['plant', 'factory', 'machines'] as const;
export type GatewayScope = (typeof GATEWAY_SCOPES)[number];
const gatewayScope = z.enum(GATEWAY_SCOPES).meta({
  description:
    'plant: it may send readings of every machine. factory: of the machines of `factory_id`, and of those of every factory. machines: of `machine_ids` only.',
});

export const gatewayInputSchema = z
  .object({
    name: nameSchema(100),
    scope: gatewayScope,
    machine_ids: machineIds
      .default([])
      .meta({ description: 'Only with the scope `machines`, which needs at least one.' }),
    factory_id: lineSchema(100).nullish().meta({ description: 'Only with the scope `factory`, which needs it.' }),
    timezone: gatewayZone.optional(),
  })
  .meta({ id: 'NewGateway' });
export type GatewayInput = z.infer<typeof gatewayInputSchema>;

export const gatewayPatchSchema = z
  .object({
    name: lineSchema(100),
    scope: gatewayScope,
    machine_ids: machineIds,
    factory_id: lineSchema(100).nullable(),
    is_active: z.boolean(),
    timezone: gatewayZone,
    rotate_password: z
      .boolean()
      .meta({ description: 'true generates a new password, which only this reply contains.' }),
  })
  .partial()
  .meta({
    id: 'GatewayPatch',
    description: 'Another `scope` drops the machines and the factory that do not belong to it.',
  });
export type GatewayPatch = z.infer<typeof gatewayPatchSchema>;

export const gatewaySchema = z
  .object({
    id: z.uuid(),
    name: z.string(),
    username: z.string(),
    scope: gatewayScope,
    needs_review: z.boolean().meta({
      description:
        'true: it is older than scopes, and keeps exactly the rights that it had until somebody sets its scope. Without machines and factory it may send for every machine; otherwise for its machines, except under the topic of another factory, and for every machine under the topic of its factory.',
    }),
    machine_ids: machineIds,
    factory_id: z.string().nullable(),
    is_active: z.boolean(),
    timezone: z.string(),
    created_at: timeSchema,
    last_seen: timeSchema.nullable(),
    token: gatewayTokenSchema.nullable().meta({ description: 'Its token for HTTP; null if it has none.' }),
  })
  .meta({ id: 'Gateway' });
export type Gateway = z.infer<typeof gatewaySchema>;

export const deviceClockSchema = z
  .object({
    status: z.enum(['local_time', 'not_set']).meta({
      description:
        'local_time: for some time all timestamps have been off by the same full or half hours. not_set: the timestamps are before 1990, and readings get the time of arrival.',
    }),
    offset_minutes: z
      .int()
      .meta({ description: 'How far the timestamps are ahead of UTC. 0 for a clock that is not set.' }),
    suggested_timezone: z.string().nullable().meta({
      description:
        'The zone with which its timestamps would be right; null where no zone of the gateway corrects them.',
    }),
    machine_ids: z.array(z.uuid()),
  })
  .meta({
    id: 'DeviceClock',
    description: 'What the timestamps of readings say about the clock of the device that sends them.',
  });
export type DeviceClock = z.infer<typeof deviceClockSchema>;

export const brokerSchema = z
  .object({
    port: z.int(),
    tls: z.boolean(),
    certificate_expires_at: timeSchema.nullable().meta({ description: 'null without TLS.' }),
    topics: z.array(z.string()).meta({
      description:
        'Topic filters of our own formats. Without MQTT_TOPIC the embedded broker takes readings on every other topic as well.',
    }),
  })
  .meta({ id: 'Broker', description: 'The embedded MQTT broker, to which gateways publish.' });
export type Broker = z.infer<typeof brokerSchema>;

export const gatewayStatusSchema = gatewaySchema
  .extend({
    connections: z
      .array(gatewayConnectionSchema)
      .meta({ description: 'Oldest first; empty while it is not connected.' }),
    disconnected_at: timeSchema.nullable().meta({
      description: 'null while it is connected, and if it was not since the server started.',
    }),
    clock: deviceClockSchema.nullable().meta({ description: 'null if nothing is known to be wrong with its clock.' }),
    clock_offset_ms: z.number().nullable().meta({
      description:
        'How far the newest timestamps of the last minute are ahead of the clock of the server; null if none came.',
    }),
    discovered: gatewayDiscoveriesSchema,
    connection_lost: z.boolean().meta({ description: 'true if the last connection ended without DISCONNECT.' }),
    traffic: gatewayTrafficSchema,
  })
  .meta({ id: 'GatewayStatus' });
export type GatewayStatus = z.infer<typeof gatewayStatusSchema>;

export const gatewayListSchema = z.object({
  status: z.literal('success'),
  count: z.int(),
  gateways: z.array(gatewayStatusSchema),
  client_id_conflicts: z.array(clientIdConflictSchema).meta({ description: 'Of the last ten minutes, newest first.' }),
  refused_connections: z.array(refusedConnectionSchema).meta({ description: 'The newest 200, newest first.' }),
  clocks: z
    .array(deviceClockSchema)
    .meta({ description: 'The same for machines whose readings come without the credentials of a gateway.' }),
  broker: brokerSchema.nullable().meta({ description: 'null if no embedded broker runs.' }),
  sparkplug: sparkplugHostSchema.nullable().meta({ description: 'null without SPARKPLUG_HOST_ID.' }),
});
export type GatewayList = z.infer<typeof gatewayListSchema>;
