// A batch that somebody pasted: whether it is JSON at all. The rest the server says, reading by reading.

export type ReadBatch = { ok: true; body: unknown } | { ok: false; reason: 'empty' | { notJson: string } };

export function readBatch(text: string): ReadBatch {
  if (text.trim() === '') return { ok: false, reason: 'empty' };
  try {
    return { ok: true, body: JSON.parse(text) };
  } catch (error) {
    return { ok: false, reason: { notJson: error instanceof Error ? error.message : '' } };
  }
}
