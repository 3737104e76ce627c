// Where devices reach this installation, and how they sign in.

import { z } from 'zod';

const mqttAddressSchema = z.object({ host: z.string(), port: z.int(), tls: z.boolean() });

export const gatewayAddressesSchema = z
  .object({
    status: z.literal('success'),
    http: z.array(z.string()).meta({
      description: 'Beginnings of addresses, the likeliest first.',
      example: ['http://plant.example:8080'],
    }),
    mqtt: z.array(mqttAddressSchema).meta({ description: 'The same for MQTT; empty where the server has no broker.' }),
    broker: z.enum(['embedded', 'external']).nullable().meta({
      description: 'On an external broker, its own credentials count, not those of gateways.',
    }),
    without_credentials: z.enum(['everywhere', 'this_computer', 'nowhere']).meta({
      description: 'From where a client may publish to the embedded broker without the credentials of a gateway.',
    }),
    topics: z.array(z.string()).meta({ description: 'Filters of the topics that are read.' }),
  })
  .meta({ id: 'GatewayAddresses' });
export type GatewayAddresses = z.infer<typeof gatewayAddressesSchema>;
