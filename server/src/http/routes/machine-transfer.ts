// /data/machines/import and /export: machines from a file and into one.

import {
  type Machine,
  machineFilterSchema,
  machineImportReplySchema,
  machineInputSchema,
  machineSchema,
} from '@gonsters/contract';
import { z } from 'zod';
import { csvCell } from '../../csv-cell.ts';
import type { HttpApp } from '../http-app.ts';
import type { HttpDeps } from '../http-deps.ts';
import { checkMachineRows, machineRowsFromCsv } from '../machine-rows.ts';
import { scopeOf } from '../path-id.ts';
import { attachment, JSON_TYPE, jsonWithRows, streamText } from '../stream-reply.ts';
import { filterOf, withFactory } from './machines.ts';

const tags = ['Machines'];
const MAX_IMPORT_BYTES = 8 * 1024 * 1024;
const PAGE = 500;
const COLUMNS = [
  'machine_id',
  'name',
  'location',
  'sensor_type',
  'status',
  'connection',
  'created_at',
  'updated_at',
  'last_seen',
  'aliases',
  'factory_id',
  'inactivity_timeout',
] as const satisfies readonly (keyof Machine)[];

export async function machineTransferRoutes(app: HttpApp, deps: HttpDeps): Promise<void> {
  const { machines, alerts } = deps;

  app.addContentTypeParser('text/csv', { parseAs: 'buffer' }, async (_request: unknown, body: Buffer) =>
    machineRowsFromCsv(body),
  );

  app.post(
    '/data/machines/import',
    {
      config: { access: 'write:machines', audit: 'machine.import' },
      bodyLimit: MAX_IMPORT_BYTES,
      // `checkMachineRows` validates, because up to 10,000 rows must not block the event loop.
      validatorCompiler: () => (value) => ({ value }),
      schema: {
        tags,
        summary: 'Adds machines from CSV or JSON: all of them, or none if a row has a fault',
        consumes: ['application/json', 'text/csv'],
        body: z.union([
          z.array(machineInputSchema),
          z.object({ machines: z.array(machineInputSchema) }).meta({ description: 'As the export writes it.' }),
          z.string().meta({ description: 'CSV. A cell of `aliases` has one alias a line.' }),
        ]),
        response: { 201: machineImportReplySchema },
      },
    },
    async (request, reply) => {
      const { inputs, ignoredColumns } = await checkMachineRows(request.body);
      const made = await machines.create(withFactory(request, inputs, (row) => `[${row}].factory_id`));
      await request.audit({ action: 'machine.import', details: { count: made.length } });
      return reply.code(201).send({
        status: 'success',
        message: `${made.length} machines were added`,
        count: made.length,
        machine_ids: made.map((machine) => machine.machine_id),
        ignored_columns: ignoredColumns,
      });
    },
  );

  app.get(
    '/data/machines/export',
    {
      config: { access: 'read:machines' },
      schema: {
        tags,
        summary: 'Exports machines as CSV or JSON, with the filters of the list',
        querystring: machineFilterSchema.extend({ format: z.enum(['csv', 'json']).default('csv') }),
        response: {
          200: {
            description: 'The file',
            content: {
              'text/csv': { schema: z.string() },
              'application/json': {
                schema: z.object({
                  status: z.literal('success'),
                  count: z.int(),
                  machines: z.array(machineSchema),
                }),
              },
            },
          },
        },
      },
    },
    async (request, reply) => {
      const { format, ...filter } = request.query;
      const scope = scopeOf(request);
      const everything = { ...filterOf(filter), limit: Number.MAX_SAFE_INTEGER, offset: 0, scope };
      const all = machines.list(everything, (id) => alerts.alarmOf(id)).machines;
      reply.header('Content-Disposition', attachment(`machines.${format}`));
      if (format === 'csv') return streamText(reply, 'text/csv; charset=utf-8', machinesToCsv(all));
      const rows = { length: all.length, rowJson: (index: number) => JSON.stringify(all[index]) };
      return streamText(reply, JSON_TYPE, jsonWithRows({ status: 'success', count: all.length }, 'machines', rows));
    },
  );
}

async function* machinesToCsv(all: readonly Machine[]): AsyncIterable<string> {
  yield `${COLUMNS.join(',')}\r\n`;
  for (let start = 0; start < all.length; start += PAGE) {
    const lines = all
      .slice(start, start + PAGE)
      .map((machine) => COLUMNS.map((column) => csvCell(cellOf(machine, column))).join(','));
    yield `${lines.join('\r\n')}\r\n`;
  }
}

/** Aliases stand in one cell, one in each line, because every other separator can be part of an alias. */
const cellOf = (machine: Machine, column: (typeof COLUMNS)[number]) =>
  column === 'aliases' ? machine.aliases.join('\n') : machine[column];
