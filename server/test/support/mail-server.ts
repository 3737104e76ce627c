// A real SMTP server on a free port of this computer, which can be told to misbehave.

import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { SMTPServer } from 'smtp-server';
import { onTestFinished, vi } from 'vitest';

export interface Mail {
  id: string;
  to: string;
  subject: string;
  text: string;
}

/** An answer to the content of a mail: null takes it, a code refuses it, `silent` never answers. */
type Answer = (mail: Mail) => number | 'silent' | null;

export class MailServer {
  readonly mails: Mail[] = [];
  /** How often somebody tried to hand over a mail. */
  attempts = 0;
  answer: Answer = () => null;
  #server: SMTPServer | null = null;
  #port = 0;

  get url(): string {
    return `smtp://127.0.0.1:${this.#port}`;
  }

  async start(): Promise<void> {
    this.#server = new SMTPServer({
      disabledCommands: ['AUTH', 'STARTTLS'],
      closeTimeout: 10,
      logger: false,
      onData: (stream, session, callback) => {
        void text(stream).then((raw) => {
          const mail = parsed(raw, session.envelope.rcptTo[0]?.address ?? '');
          this.attempts += 1;
          const answer = this.answer(mail);
          if (answer === 'silent') return;
          if (answer !== null) return callback(Object.assign(new Error('Not now'), { responseCode: answer }));
          this.mails.push(mail);
          callback(null, `queued as ${this.mails.length}`);
        });
      },
    });
    this.#server.on('error', () => {});
    this.#server.listen(this.#port, '127.0.0.1');
    await once(this.#server.server, 'listening');
    this.#port = (this.#server.server.address() as AddressInfo).port;
  }

  async stop(): Promise<void> {
    const server = this.#server;
    this.#server = null;
    if (server !== null) await new Promise<void>((resolve) => server.close(() => resolve()));
  }

  /** Waits for the mail that fits. */
  mail(fits: (mail: Mail) => boolean, timeout = 15_000): Promise<Mail> {
    return vi.waitFor(
      () => {
        const found = this.mails.find(fits);
        if (found === undefined)
          throw new Error(`No such mail among ${JSON.stringify(this.mails.map((m) => m.subject))}`);
        return found;
      },
      { timeout, interval: 20 },
    );
  }
}

export async function startMailServer(): Promise<MailServer> {
  const server = new MailServer();
  await server.start();
  onTestFinished(() => server.stop());
  return server;
}

/** Plain text in quoted-printable or as it is; that is all that our mails contain. */
function parsed(raw: string, to: string): Mail {
  const [head = '', ...body] = raw.split('\r\n\r\n');
  const unfolded = head.replace(/\r\n[ \t]+/g, ' ');
  const header = (name: string) => new RegExp(`^${name}: (.*)$`, 'mi').exec(unfolded)?.[1] ?? '';
  const content = body.join('\r\n\r\n').replaceAll('\r\n', '\n');
  const encoding = header('Content-Transfer-Encoding');
  const decoded =
    encoding === 'base64'
      ? Buffer.from(content, 'base64').toString()
      : encoding === 'quoted-printable'
        ? quotedPrintable(content)
        : content;
  return { id: header('Message-ID'), to, subject: decodedWords(header('Subject')), text: decoded };
}

const quotedPrintable = (text: string) =>
  Buffer.from(
    text
      .replace(/=\n/g, '')
      .replace(/=([0-9A-F]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16))),
    'latin1',
  ).toString();

const decodedWords = (text: string) =>
  text
    .replace(/\?=\s+=\?/g, '?==?')
    .replace(/=\?UTF-8\?([QB])\?(.*?)\?=/gi, (_, kind: string, word: string) =>
      kind.toUpperCase() === 'B' ? Buffer.from(word, 'base64').toString() : quotedPrintable(word.replaceAll('_', ' ')),
    );
