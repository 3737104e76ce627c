// A message as a person reads it.

import type { ShownMessage } from '../../../../api/telling/templates-api.ts';

export function MessageExample({ message }: { message: ShownMessage }) {
  return (
    <div className="message-example">
      <b>{message.subject}</b>
      <span>{message.text}</span>
    </div>
  );
}
