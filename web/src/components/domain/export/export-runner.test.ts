import { METRIC_NAMES } from '@gonsters/contract';
import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { countNewlines, ExportRunner, type ExportServices, rowsOf } from './export-runner.ts';

const asked = {
  machineId: 'a',
  format: 'csv',
  interval: 'raw',
  fields: METRIC_NAMES,
  zone: 'UTC',
  units: 'display',
  csv: { delimiter: ';', decimal: 'comma', time: 'excel' },
  fromMs: 0,
  toMs: 1,
} as const;
const file = (name: string) => ({ machineName: name, filename: `${name}.csv`, asked });

/** A disk that remembers, and a server that answers with these pieces; the last one never comes where it is null. */
function openExport(pieces: readonly (string | null | Error)[], change: Partial<ExportServices> = {}) {
  const saved = new Map<string, string>();
  const discarded: string[] = [];
  const services: ExportServices = {
    exportRows: async () => 3,
    exportReadings: async (_, signal) => {
      const left = [...pieces];
      const stream = new ReadableStream<Uint8Array>({
        start: (controller) => signal.addEventListener('abort', () => controller.error(signal.reason)),
        pull: (controller) => {
          const piece = left.shift();
          if (piece === null) return new Promise(() => {});
          if (piece instanceof Error) controller.error(piece);
          else if (piece === undefined) controller.close();
          else controller.enqueue(new TextEncoder().encode(piece));
        },
      });
      return new Response(stream);
    },
    canPick: () => false,
    pickFile: async (filename) => {
      let text = '';
      return {
        write: async (chunk) => {
          text += new TextDecoder().decode(chunk);
        },
        close: async () => void saved.set(filename, text),
        discard: async () => void discarded.push(filename),
      };
    },
    ...change,
  };
  const runner = new ExportRunner(services);
  return { runner, saved, discarded, phases: () => runner.jobs.map((job) => job.phase) };
}

describe('exports', () => {
  it('are written piece by piece, with their rows counted', async () => {
    const { runner, saved, phases } = openExport(['timestamp\r\n1', ';0\r\n2;1\r', '\n3;2\r\n']);
    runner.add([file('Press')]);
    await vi.waitFor(() => expect(phases()).toEqual(['done']));
    expect(saved.get('Press.csv')).toBe('timestamp\r\n1;0\r\n2;1\r\n3;2\r\n');
    expect(runner.jobs[0]).toMatchObject({ rows: 3, totalRows: 3, bytes: 26 });
  });

  it('leave nothing half-saved when they break off, and say so', async () => {
    const { runner, saved, discarded, phases } = openExport(['timestamp\r\n1;', new Error('lost')]);
    runner.add([file('Press')]);
    await vi.waitFor(() => expect(phases()).toEqual(['failed']));
    expect(discarded).toEqual(['Press.csv']);
    expect(saved.size).toBe(0);
    expect(runner.jobs[0]?.error).toMatchObject({ code: 'offline', cause: { message: 'lost' } });
  });

  it('are cancelled, and the next one begins', async () => {
    const { runner, discarded, phases } = openExport(['timestamp\r\n', null]);
    runner.add([file('A'), file('B')]);
    await vi.waitFor(() => expect(runner.jobs[0]?.bytes).toBeGreaterThan(0));
    runner.remove(runner.jobs[0]?.id ?? 0);
    await vi.waitFor(() => expect(discarded).toEqual(['A.csv']));
    await vi.waitFor(() => expect(phases()).toEqual(['running']));
    expect(runner.jobs[0]?.machineName).toBe('B');
    runner.stop();
  });

  it('wait for a click of their own where a place is chosen for each', async () => {
    const { runner, saved, phases } = openExport(['timestamp\r\n'], { canPick: () => true });
    runner.add([file('A'), file('B')]);
    await vi.waitFor(() => expect(phases()).toEqual(['done', 'ready']));
    runner.start(runner.jobs[1]?.id ?? 0);
    await vi.waitFor(() => expect([...saved.keys()]).toEqual(['A.csv', 'B.csv']));
  });

  it('are gone without a word where nobody chose a place', async () => {
    const { runner, phases } = openExport([], { pickFile: async () => null });
    runner.add([file('A')]);
    await vi.waitFor(() => expect(phases()).toEqual([]));
    expect(runner.busy).toBe(false);
  });
});

describe('the rows of a CSV file', () => {
  it('are the same wherever the file is cut into pieces', () => {
    const rows = fc.array(fc.constantFrom('', '1;2;3', '2026-11-23T10:42:00.000+07:00;0;—'), { maxLength: 50 });
    fc.assert(
      fc.property(rows, fc.array(fc.integer({ min: 1, max: 40 }), { maxLength: 40 }), (lines, sizes) => {
        const file = new TextEncoder().encode(['timestamp', ...lines].map((line) => `${line}\r\n`).join(''));
        let newlines = 0;
        let from = 0;
        for (const size of [...sizes, file.length]) {
          newlines += countNewlines(file.subarray(from, from + size));
          from += size;
        }
        expect(rowsOf(newlines)).toBe(lines.length);
      }),
    );
  });

  it('are none before the header has come', () => {
    expect(rowsOf(0)).toBe(0);
  });
});
