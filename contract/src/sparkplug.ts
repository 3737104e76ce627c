// What the Sparkplug host knows of the nodes that publish to it. Each server of a plant tells of its own.

import { z } from 'zod';
import { timeSchema } from './time.ts';

/** Lists have at most this many entries. */
export const MAX_LISTED_NODES = 200;
export const MAX_LISTED_DEVICES = 100;

export const sparkplugNodeSchema = z
  .object({
    path: z.string().meta({ description: 'Group and node.' }),
    gateway_id: z
      .uuid()
      .nullable()
      .meta({ description: 'The gateway that publishes for it; null without credentials.' }),
    born_at: timeSchema.nullable().meta({ description: 'When its birth came; null before that, and since its death.' }),
    device_count: z.int(),
    devices: z.array(z.string()).meta({ description: 'The first 100 devices that are born.' }),
    rebirth_requested: z.boolean().meta({ description: 'Its birth is missing, and it was asked for it.' }),
  })
  .meta({ id: 'SparkplugNode' });
export type SparkplugNode = z.infer<typeof sparkplugNodeSchema>;

export const sparkplugHostSchema = z
  .object({
    host_id: z.string(),
    node_count: z.int(),
    nodes: z.array(sparkplugNodeSchema).meta({ description: 'The 200 that sent last, the newest first.' }),
  })
  .meta({ id: 'SparkplugHost' });
export type SparkplugHostView = z.infer<typeof sparkplugHostSchema>;
