import { inactivityTimeoutSchema, MAX_IMPORTED_MACHINES } from '@gonsters/contract';
import fc from 'fast-check';
import Papa from 'papaparse';
import { describe, expect, it } from 'vitest';
import { findColumns } from './machine-columns.ts';
import { checkRows, faultsOfServer, MAX_TIMEOUT_S } from './machine-rows.ts';
import { decodeText, MAX_MACHINES, type MachineTable, readTable } from './machine-table.ts';

async function tableOf(text: string): Promise<MachineTable> {
  const result = await readTable(text);
  if (!result.ok) throw new Error(JSON.stringify(result.reason));
  return result.table;
}
const machinesOf = async (text: string) => {
  const table = await tableOf(text);
  return checkRows(table, findColumns(table.header));
};

describe('a file with machines', () => {
  it('is read with semicolons, quotes, a byte order mark and empty lines, rows counted as a spreadsheet does', async () => {
    const text =
      '\uFEFFNama;Lokasi;Jenis;Status\r\n"Press ""A"";1";Hall A;press;aktif\r\n\r\nPress 2;"Hall\nB";press;\r\n';
    expect(await tableOf(text)).toEqual({
      header: ['Nama', 'Lokasi', 'Jenis', 'Status'],
      rows: [
        { row: 2, cells: ['Press "A";1', 'Hall A', 'press', 'aktif'] },
        { row: 4, cells: ['Press 2', 'Hall\nB', 'press', ''] },
      ],
    });
  });

  it('can be what was copied from a spreadsheet, or JSON', async () => {
    expect((await tableOf('name\tlocation\nP, 1\tHall A')).rows[0]?.cells).toEqual(['P, 1', 'Hall A']);
    const json = '{"machines":[{"name":"P1","location":null},{"sensor_type":7,"name":"P2"}]}';
    expect(await tableOf(json)).toEqual({
      header: ['name', 'location', 'sensor_type'],
      rows: [
        { row: 1, cells: ['P1', ''] },
        { row: 2, cells: ['P2', '', '7'] },
      ],
    });
  });

  it('says why it cannot be read', async () => {
    expect(await readTable(' \n')).toEqual({ ok: false, reason: 'empty' });
    expect(await readTable('name,location')).toEqual({ ok: false, reason: 'empty' });
    expect(await readTable('[{"name":')).toMatchObject({ ok: false, reason: { notJson: expect.any(String) } });
    const many = `name\n${Array.from({ length: MAX_MACHINES + 1 }, (_, index) => `M${index}`).join('\n')}`;
    expect(await readTable(many)).toEqual({ ok: false, reason: 'too_many' });
    expect(MAX_MACHINES).toBe(MAX_IMPORTED_MACHINES);
  });

  it('has timeouts in whole seconds, none where a cell is empty', async () => {
    const timeouts = ['', '1', '2592000', '0', '1.5', '-1', '2592001', '1h'];
    const lines = timeouts.map((timeout, index) => `M${index},Hall,press,${timeout}`);
    const { rows, faults } = await machinesOf(['name,location,sensor_type,inactivity_timeout', ...lines].join('\n'));
    expect(rows.slice(0, 3).map(({ machine }) => machine.inactivity_timeout)).toEqual([undefined, 1, 2_592_000]);
    expect(faults).toEqual(timeouts.slice(3).map((value, index) => ({ row: index + 5, kind: 'timeout', value })));
    expect(inactivityTimeoutSchema.safeParse(MAX_TIMEOUT_S).success).toBe(true);
    expect(inactivityTimeoutSchema.safeParse(MAX_TIMEOUT_S + 1).success).toBe(false);
  });

  it('is in the encoding that the spreadsheet wrote', () => {
    expect(decodeText(new TextEncoder().encode('Ölmühle'))).toBe('Ölmühle');
    expect(decodeText(Uint8Array.from([0xd6, 0x6c]))).toBe('Öl');
    expect(decodeText(Uint8Array.from([0xff, 0xfe, 0xd6, 0x00, 0x6c, 0x00]))).toBe('Öl');
  });

  it('gives back every cell, whatever stands in it and whatever divides them', async () => {
    const cell = fc.string({ maxLength: 12 }).map((text) => text.replace(/^[\s']+/, '').trimEnd());
    const row = fc.tuple(fc.stringMatching(/^[A-Z]{1,8}$/), cell, cell);
    await fc.assert(
      fc.asyncProperty(
        fc.array(row, { minLength: 1, maxLength: 20 }),
        fc.constantFrom(',', ';', '\t'),
        async (rows, delimiter) => {
          const text = Papa.unparse([['name', 'location', 'sensor_type'], ...rows], { delimiter, quotes: true });
          expect((await tableOf(text)).rows.map(({ cells }) => cells)).toEqual(rows);
        },
      ),
      { numRuns: 50 },
    );
  });
});

describe('the rows of a file', () => {
  it('have every fault named by row', async () => {
    const { faults, rows } = await machinesOf(
      'name,location,type,status\nP1,,press,\np1,Hall,press,odd\n,Hall,press,active',
    );
    expect(rows).toHaveLength(3);
    expect(faults).toEqual([
      { row: 2, kind: 'empty', field: 'location' },
      { row: 3, kind: 'status', value: 'odd' },
      { row: 3, kind: 'duplicate', of: 2 },
      { row: 4, kind: 'empty', field: 'name' },
    ]);
  });

  it('have aliases, one in each line, a factory and an id', async () => {
    const id = 'AB7E51C6-31E2-4C0B-9B61-4C3A55C6B0A1';
    const csv = `name,location,type,aliases,factory,machine_id\nP1,Hall,press,"SN 1\n\n ns=2;s=A,B",F1,${id}\nP2,Hall,press,,,7`;
    const json = JSON.stringify([
      { name: 'P1', location: 'Hall', sensor_type: 'press', aliases: ['SN 1', 'ns=2;s=A,B'] },
    ]);
    const machine = {
      name: 'P1',
      location: 'Hall',
      sensor_type: 'press',
      status: 'active',
      aliases: ['SN 1', 'ns=2;s=A,B'],
    };
    const { rows, faults } = await machinesOf(csv);
    expect(rows[0]?.machine).toEqual({ ...machine, factory_id: 'F1', machine_id: id });
    expect(rows[1]?.machine).toEqual({ ...machine, name: 'P2', aliases: undefined, machine_id: '7' });
    expect(faults).toEqual([{ row: 3, kind: 'machine_id', value: '7' }]);
    expect((await machinesOf(json)).rows[0]?.machine).toEqual(machine);
  });

  it('have the server’s faults at the rows they came from, also where others were left out', async () => {
    const { rows } = await machinesOf('name,location,type\nP1,Hall,press\nP2,Hall,press\nP3,Hall,press');
    const sent = rows.filter(({ row }) => row !== 2);
    expect(
      faultsOfServer(
        sent,
        [{ field: '[1].name', error: 'A machine with this name already exists', value: 'P3' }],
        'name_taken',
      ),
    ).toEqual([{ row: 4, kind: 'taken', value: 'P3' }]);
    expect(faultsOfServer(sent, [{ field: '[0].aliases[1]', error: '…', value: 'SN 1' }], 'name_taken')).toEqual([
      { row: 3, kind: 'owned', value: 'SN 1' },
    ]);
    expect(
      faultsOfServer(sent, [{ field: '[0].location', error: 'Odd' }, { error: 'Whole' }], 'validation_failed'),
    ).toEqual([{ row: 3, kind: 'other', text: 'Odd' }]);
  });
});
