// The profile of a gateway: a declarative description of its payloads, for gateways that are not recognised by themselves.

import { z } from 'zod';
import { type JsonPath, parseJsonPath, selectsMany } from './json-path.ts';
import { lineSchema } from './machine.ts';
import { timeSchema } from './time.ts';

/** The newest versions of a profile that are kept. */
export const KEPT_PROFILE_VERSIONS = 50;
const MAX_RULES = 50;
const MAX_VALUE_RULES = 200;
const MAX_IGNORED = 200;
const MAX_RENAMES = 500;
const MAX_STATES = 256;
const MAX_SENTINELS = 20;
const MAX_TOPIC_LEVELS = 64;

type Allowed = (path: JsonPath) => string | null;

const pathSchema = (description: string, allowed: Allowed = ofNodes) =>
  z
    .string()
    .superRefine((text, context) => {
      const path = parseJsonPath(text);
      const message = typeof path === 'string' ? path : allowed(path);
      if (message !== null) context.addIssue({ code: 'custom', message });
    })
    .meta({ description });

const ofPayload: Allowed = ({ root }) => (root === '$' ? null : 'must begin with $');
const ofNodes: Allowed = ({ isKey }) => (isKey ? 'must select nodes' : null);
const ofOneNode: Allowed = ({ segments }) =>
  segments.some((segment) => selectsMany(segment) && (segment as { kind: string }).kind !== 'filter')
    ? 'must select one node'
    : null;

/** `{machine}` with any text before and after it in its level, `+`, and `#` as the last level. */
const LEVEL = /^([^+#{}]*|\+|[^+#{}]*\{[A-Za-z_][A-Za-z0-9_]{0,49}\}[^+#{}]*)$/;

/** @returns what is wrong with a topic filter: a predicate; null for a valid one */
function faultOfTopic(topic: string): string | null {
  if (topic === '#') return 'must be null to match every topic';
  const levels = topic.split('/');
  if (levels.length > MAX_TOPIC_LEVELS) return `must have at most ${MAX_TOPIC_LEVELS} levels`;
  if (!levels.every((level, i) => LEVEL.test(level) || (level === '#' && i === levels.length - 1)))
    return 'must be a topic filter such as plant/{machine}/#';
  const parts = namedParts(topic);
  return new Set(parts).size === parts.length ? null : 'must not have a named part twice';
}

/** The names of the parts of a topic filter: `machine` for `plant/{machine}/state`. */
export function namedParts(topic: string): string[] {
  return [...topic.matchAll(/\{([^}]*)\}/g)].map(([, name]) => name as string);
}

const topicSchema = z
  .string()
  .min(1, 'must not be empty')
  .max(500, 'must have at most 500 characters')
  .superRefine((topic, context) => {
    const message = faultOfTopic(topic);
    if (message !== null) context.addIssue({ code: 'custom', message });
  })
  .nullable()
  .meta({
    description:
      'An MQTT topic filter with named parts. A message over HTTP has the path of the route as its topic. null: every topic of the gateway.',
    example: 'plant/{machine}/state',
  });

const sourceSchema = z
  .union([
    z.strictObject({
      path: pathSchema(
        'From the payload with $, from the record with @. `@~` is the name of the record in its object.',
        ofOneNode,
      ),
    }),
    z.strictObject({ part: z.string().min(1).max(50).meta({ description: 'A named part of the topic.' }) }),
    z.strictObject({ constant: lineSchema(200) }),
  ])
  .meta({
    id: 'ProfileSource',
    description: 'Where something stands: in the payload, in the topic, or always the same.',
  });
export type ProfileSource = z.infer<typeof sourceSchema>;

const metricName = lineSchema(200);

const valueRuleSchema = z
  .strictObject({
    path: pathSchema('The values. Several nodes have the names of their members, if `metric` and `name` are absent.'),
    name: sourceSchema
      .optional()
      .meta({ description: 'Where the name of the metric stands, for lists of names and values.' }),
    metric: metricName.nullable().default(null).meta({
      description: 'The metric by its name or an alias. null: as `name` says, else the name of the member.',
      example: 'vibration',
    }),
    renames: z
      .record(z.string().max(200), metricName)
      .refine((each) => Object.keys(each).length <= MAX_RENAMES, `must have at most ${MAX_RENAMES} names`)
      .optional()
      .meta({ description: 'Metrics by the names that the payload has.' }),
    unit: z
      .union([
        z.strictObject({ path: pathSchema('Where the unit stands.', ofOneNode) }),
        z.strictObject({ constant: lineSchema(50) }),
      ])
      .optional()
      .meta({
        description: 'The unit of the values, after scale and offset. They are converted to that of the metric.',
      }),
    quality: z
      .strictObject({ path: pathSchema('Where the quality stands.', ofOneNode) })
      .optional()
      .meta({
        description: 'true and false, texts such as GOOD, and the numbers of OPC are understood.',
      }),
    scale: z.number().optional().meta({ description: 'A number is multiplied by it, before `offset` is added.' }),
    offset: z.number().optional(),
    decimal_text: z.enum(['point', 'comma', 'either']).optional().meta({
      description: 'Numbers may come as text with this decimal separator. Absent: a text is no number.',
    }),
    states: z
      .record(z.string().max(200), z.union([z.string().min(1).max(64), z.number(), z.boolean()]))
      .refine((each) => Object.keys(each).length <= MAX_STATES, `must have at most ${MAX_STATES} states`)
      .optional()
      .meta({ description: 'What the values mean, by how they are written.', example: { 0: 'stopped', 1: 'running' } }),
    sentinels: z
      .array(z.union([z.number(), z.string().max(200)]))
      .max(MAX_SENTINELS)
      .optional()
      .meta({
        description: 'Values, before scale and offset, that say that there is none: they are stored as bad.',
        example: [3276.7, -127],
      }),
  })
  .refine(({ name, metric }) => name === undefined || metric === null, {
    path: ['metric'],
    message: 'must be null where the payload names the metric',
  })
  .meta({ id: 'ProfileValueRule' });
export type ProfileValueRule = z.infer<typeof valueRuleSchema>;

const ruleSchema = z
  .strictObject({
    topic: topicSchema.default(null),
    records: pathSchema('Each node that it selects is one record.', ofPayload).default('$'),
    machine: sourceSchema.nullable().default(null).meta({
      description:
        'Its id, an alias or its name. null: as without a profile, by the topic, the payload or the gateway.',
    }),
    time: sourceSchema.nullable().default(null).meta({ description: 'null: the time of arrival.' }),
    time_format: z.enum(['auto', 'day_first', 'month_first']).default('auto').meta({
      description:
        'auto: ISO 8601, or the time since 1970. The others also read 23.11.2026 10:42:11 or 11/23/2026 10:42 AM. A time without a zone is in that of the gateway.',
    }),
    unset_clock: z.enum(['arrival', 'refuse']).default('arrival').meta({
      description: 'What becomes of readings whose time is before 1990.',
    }),
    values: z.array(valueRuleSchema).max(MAX_VALUE_RULES).default([]),
    others: z.enum(['ignore', 'recognise']).default('recognise').meta({
      description: 'What becomes of values that no rule names: left out, or taken as without a profile.',
    }),
    ignore: z.array(pathSchema('Nodes that are no values.')).max(MAX_IGNORED).default([]),
    send_interval_seconds: z.number().positive().max(604_800).optional().meta({
      description: 'How often the device sends. Alerts take readings that are not further behind than this as live.',
    }),
  })
  .superRefine(({ topic, machine, time, values }, context) => {
    const parts = new Set(topic === null ? [] : namedParts(topic));
    const check = (source: ProfileSource | null | undefined, path: (string | number)[]) => {
      if (source && 'part' in source && !parts.has(source.part))
        context.addIssue({ code: 'custom', path: [...path, 'part'], message: 'must be a named part of the topic' });
    };
    check(machine, ['machine']);
    check(time, ['time']);
    values.forEach(({ name }, i) => {
      check(name, ['values', i, 'name']);
    });
  })
  .meta({ id: 'ProfileRule' });
export type ProfileRule = z.infer<typeof ruleSchema>;

export const profileDraftSchema = z
  .strictObject({
    name: lineSchema(100).optional(),
    rules: z.array(ruleSchema).min(1, 'must have at least one rule').max(MAX_RULES).meta({
      description:
        'The first rule whose topic fits a message is applied to it. A message that none fits is taken as without a profile.',
    }),
  })
  .meta({ id: 'GatewayProfileDraft' });
/** Plain data: it can be sent to a worker, and stored as JSON. */
export type ProfileDraft = z.infer<typeof profileDraftSchema>;

export const gatewayProfileSchema = z
  .object({
    version: z.int(),
    name: z.string().optional(),
    rules: z.array(ruleSchema),
    updated_at: timeSchema,
    updated_by: z.string().nullable(),
  })
  .meta({ id: 'GatewayProfile' });
export type GatewayProfile = z.infer<typeof gatewayProfileSchema>;

export const profileReplySchema = z.object({
  status: z.literal('success'),
  gateway_id: z.uuid(),
  version: z.int().meta({ description: 'The number of the newest change; 0 if there was none.' }),
  profile: gatewayProfileSchema.nullable().meta({ description: 'null: the gateway has none.' }),
});
export type ProfileReply = z.infer<typeof profileReplySchema>;

export const profileInputSchema = z.strictObject({
  profile: profileDraftSchema,
  expected_version: z.int().min(0).optional().meta({
    description: 'The newest version that the sender knows, 0 for none. Another one is a conflict.',
  }),
});

export const profileVersionsSchema = z.object({
  status: z.literal('success'),
  gateway_id: z.uuid(),
  versions: z
    .array(
      z.object({
        version: z.int(),
        name: z.string().nullable(),
        rules: z.int().meta({ description: '0 for a deletion.' }),
        restores: z.int().nullable().meta({
          description: 'The version to which this one returned by undoing; 0 for the time before the first one.',
        }),
        updated_at: timeSchema,
        updated_by: z.string().nullable(),
      }),
    )
    .meta({ description: `Newest first, at most ${KEPT_PROFILE_VERSIONS}.` }),
});
export type ProfileVersions = z.infer<typeof profileVersionsSchema>;
