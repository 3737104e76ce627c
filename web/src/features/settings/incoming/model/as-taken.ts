// The newest messages with what became of them, in the form of a preview.

import type { IncomingMessage, PreviewReply } from '@gonsters/contract';

type Preview = Omit<PreviewReply, 'status'>;

export function asTaken(messages: readonly IncomingMessage[]): Preview {
  const summary: Preview['summary'] = { stored: 0, partly: 0, refused: 0, ignored: 0, faults: [] };
  for (const { outcome, faults } of messages) {
    summary[outcome]++;
    for (const { reason, field, error } of faults) {
      const known = summary.faults.find((fault) => fault.reason === reason && fault.field === field);
      if (known === undefined) summary.faults.push({ reason, field, error, count: 1 });
      else known.count++;
    }
  }
  return {
    results: messages.map((message) => ({
      ...{ ...message, payload: message.payload ?? '' },
      ...{ readings: [], readings_count: 0 },
    })),
    summary,
  };
}
