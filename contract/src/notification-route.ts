// Routes and chains: which alerts are told to whom, in which order, until somebody acknowledges.

import { z } from 'zod';
import { ALERT_CONDITIONS, SEVERITIES } from './alert-terms.ts';
import { lineSchema } from './machine.ts';
import { roleSchema } from './roles.ts';
import { namedTargetSchema, tellingReasonSchema } from './telling-reason.ts';
import { timeInputSchema, timeSchema } from './time.ts';

export const MOST_ROUTES = 100;
export const MOST_STEPS = 10;
const MOST_TARGETS = 20;
const MOST_NAMED = 500;
const LONGEST_WAIT_SECONDS = 604_800;

export const TARGET_KINDS = ['person', 'role', 'duty', 'channel', 'alert_email', 'webhooks'] as const;

export const targetSchema = z
  .discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('person'), user_id: z.uuid().toLowerCase() }),
    z.strictObject({ kind: z.literal('role'), role: roleSchema }),
    z.strictObject({ kind: z.literal('duty'), schedule_id: z.uuid().toLowerCase() }),
    z.strictObject({
      kind: z.literal('channel'),
      channel_id: z.string().min(1).max(100),
      address: z.string().max(2000).meta({ description: 'Empty: the own destination of the channel.' }),
    }),
    z.strictObject({ kind: z.literal('alert_email') }),
    z.strictObject({ kind: z.literal('webhooks') }),
  ])
  .meta({
    id: 'NotificationTarget',
    description:
      'Who is told. It is resolved at the moment of the step: `role` is every active user of the role who may see the alert, `duty` whoever is on duty then, `alert_email` the address of the setting, `webhooks` every webhook that is switched on.',
  });
export type Target = z.infer<typeof targetSchema>;

export const chainStepSchema = z
  .strictObject({
    wait_seconds: z
      .int()
      .min(0)
      .max(LONGEST_WAIT_SECONDS)
      .meta({ description: 'After the raise, or after the last repetition of the previous step.' }),
    tell: z
      .array(targetSchema)
      .max(MOST_TARGETS)
      .meta({ description: 'Empty only where everybody who was named has left.' }),
    repeat: z.int().min(0).max(10).default(0).meta({ description: 'How often the step is repeated.' }),
    every_seconds: z
      .int()
      .min(0)
      .max(LONGEST_WAIT_SECONDS)
      .default(0)
      .meta({ description: 'Between repetitions; at least 60 where the step is repeated.' }),
  })
  .refine(({ repeat, every_seconds: every }) => repeat === 0 || every >= 60, {
    path: ['every_seconds'],
    message: 'must be at least 60 where the step is repeated',
  });
export type ChainStep = z.infer<typeof chainStepSchema>;

export const chainSchema = z
  .strictObject({
    steps: z.array(chainStepSchema).min(1).max(MOST_STEPS),
    stop_on_clear: z.boolean().default(false).meta({
      description: 'Whether the chain also stops when the condition clears. It always stops at an acknowledgement.',
    }),
  })
  .meta({ id: 'NotificationChain' });
export type Chain = z.infer<typeof chainSchema>;

const names = z.array(lineSchema(200)).min(1).max(MOST_NAMED);
export const routeMatchSchema = z
  .strictObject({
    locations: names.optional(),
    machine_ids: z.array(z.uuid().toLowerCase()).min(1).max(MOST_NAMED).optional(),
    sensor_types: names.optional(),
    metrics: names.optional(),
    severities: z.array(z.enum(SEVERITIES)).min(1).optional(),
    conditions: z.array(z.enum(ALERT_CONDITIONS)).min(1).optional(),
    shifts: names.optional().meta({ description: 'Names of shifts of the calendar.' }),
    holidays: z.boolean().optional().meta({ description: 'Only on holidays, or only on other days.' }),
  })
  .meta({ id: 'NotificationRouteMatch', description: 'Which alerts a route is for. What is absent does not matter.' });
export type RouteMatch = z.infer<typeof routeMatchSchema>;

export const notificationRouteSchema = z
  .object({
    id: z.uuid(),
    name: z.string(),
    is_default: z.boolean().meta({ description: 'The last route, which takes what no other did. It always exists.' }),
    is_active: z.boolean(),
    match: routeMatchSchema,
    continue: z.boolean().meta({ description: 'Whether the routes after it are looked at, too.' }),
    chain: chainSchema,
    created_at: timeSchema,
    updated_at: timeSchema,
  })
  .meta({ id: 'NotificationRoute' });
export type NotificationRoute = z.infer<typeof notificationRouteSchema>;

export const routeProblemSchema = z
  .object({
    route_id: z.uuid(),
    step: z.int().nullable().meta({ description: 'The number of the step, from 1; null: the whole route.' }),
    target: targetSchema.nullable(),
    problem: z.enum([
      'nobody_left',
      'unknown_person',
      'unknown_schedule',
      'unknown_channel',
      'no_contact',
      'no_channel',
    ]),
    text: z.string(),
  })
  .meta({ id: 'NotificationRouteProblem', description: 'Why a target of a route cannot be told at present.' });
export type RouteProblem = z.infer<typeof routeProblemSchema>;

export const notificationRoutesReplySchema = z.object({
  status: z.literal('success'),
  routes: z.array(notificationRouteSchema).meta({ description: 'In the order in which they are looked at.' }),
  problems: z.array(routeProblemSchema),
});
export type NotificationRoutesReply = z.infer<typeof notificationRoutesReplySchema>;

export const newRouteSchema = z
  .strictObject({
    name: lineSchema(100),
    is_active: z.boolean().default(true),
    match: routeMatchSchema.default({}),
    continue: z.boolean().default(false),
    chain: chainSchema,
  })
  .meta({ id: 'NewNotificationRoute' });
export type NewRoute = z.infer<typeof newRouteSchema>;
export const routeChangeSchema = z
  .strictObject({
    name: lineSchema(100).optional(),
    is_active: z.boolean().optional(),
    match: routeMatchSchema.optional(),
    continue: z.boolean().optional(),
    chain: chainSchema.optional(),
  })
  .meta({
    id: 'NotificationRouteChange',
    description: 'Of the default route only the chain can be changed. Alerts that are being told keep their chain.',
  });
export type RouteChange = z.infer<typeof routeChangeSchema>;
export const routeOrderSchema = z
  .strictObject({
    ids: z.array(z.uuid().toLowerCase()).max(MOST_ROUTES).meta({ description: 'Every route but the default one.' }),
  })
  .meta({ id: 'NotificationRouteOrder' });
export const notificationRouteReplySchema = z.object({
  status: z.literal('success'),
  route: notificationRouteSchema,
});

export const routePreviewRequestSchema = z
  .strictObject({
    machine_id: z.uuid().toLowerCase(),
    metric: z.string().min(1).max(200),
    condition: z.enum(ALERT_CONDITIONS).default('level'),
    severity: z.enum(SEVERITIES),
    at: timeInputSchema.optional().meta({ description: 'When it is raised; by default now.' }),
  })
  .meta({ id: 'NotificationPreviewRequest' });

const personSchema = z.object({ id: z.uuid(), name: z.string() });
export const routePreviewSchema = z
  .object({
    status: z.literal('success'),
    routes: z.array(z.object({ id: z.uuid(), name: z.string() })),
    steps: z.array(
      z.object({
        at: timeSchema,
        number: z.int().meta({ description: 'Of the step in its chain, from 1.' }),
        repetition: z.int().meta({ description: '0 for the first time.' }),
        route_id: z.uuid(),
        target: z.string(),
        targets: z.array(namedTargetSchema).meta({ description: 'Of which `target` is a sentence.' }),
        tells: z.array(
          z.object({
            person: personSchema.nullable(),
            channel_id: z.string(),
            kind: z.string().meta({ description: 'Of the channel.' }),
            contact: z.string().meta({ description: 'The address, masked where it is a secret.' }),
            note: z.string().nullable().meta({ description: 'Such as that it waits for the end of quiet hours.' }),
            note_reason: tellingReasonSchema.nullable(),
          }),
        ),
        gap: z.string().nullable().meta({ description: 'Why nobody is told.' }),
        gap_reasons: z.array(tellingReasonSchema),
      }),
    ),
    ends_at: timeSchema,
    nobody: z.boolean().meta({ description: 'Whether the whole chain would tell nobody.' }),
  })
  .meta({ id: 'NotificationPreview', description: 'Who would be told, and when, if nobody acknowledged.' });
export type RoutePreview = z.infer<typeof routePreviewSchema>;

export const drillReplySchema = z.object({
  status: z.literal('success'),
  told: z.array(
    z.object({
      schedule_id: z.uuid(),
      schedule: z.string(),
      person: personSchema.nullable().meta({ description: 'null: nobody is on duty.' }),
      channel_id: z.string().nullable(),
      contact: z.string().nullable(),
      note: z.string().nullable().meta({ description: 'Why this person is not told.' }),
      reason: tellingReasonSchema.nullable(),
    }),
  ),
});
export type DrillReply = z.infer<typeof drillReplySchema>;
