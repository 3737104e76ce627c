// The channel `email`: a mail server, over a pool of connections that use TLS where the server offers it.

import { createTransport } from 'nodemailer';
import { isLoopback } from '../../loopback.ts';
import type { Channel, Outcome, OutgoingMessage } from './channel.ts';

const CONNECTIONS = 4;
const CONNECT_WITHIN_MS = 10_000;
/** Longer than that a mail server is not silent while it takes a message over. */
const ANSWER_WITHIN_MS = 20_000;
const MAX_RESPONSE = 500;
/** Faults of this message, after which the server takes another one. Everything else may be over by the next attempt. */
const ABOUT_THE_MESSAGE = new Set(['EENVELOPE', 'EMESSAGE']);
const FIRST_FINAL_CODE = 500;

export interface MailServer {
  /** `smtp://` or `smtps://`, with the user and the password. */
  readonly url: string;
  /** The sender, such as `GONSTERS <alarms@plant.example>`. */
  readonly from: string;
}

export class EmailChannel implements Channel {
  readonly #from: string;
  readonly #domain: string;
  readonly #transport: ReturnType<typeof createTransport>;

  constructor({ url, from }: MailServer) {
    this.#from = from;
    this.#domain = /@([^\s>]+)/.exec(from)?.[1] ?? 'localhost';
    const { hostname, username } = new URL(url);
    this.#transport = createTransport(
      {
        url,
        pool: true,
        maxConnections: CONNECTIONS,
        connectionTimeout: CONNECT_WITHIN_MS,
        greetingTimeout: CONNECT_WITHIN_MS,
        dnsTimeout: CONNECT_WITHIN_MS,
        socketTimeout: ANSWER_WITHIN_MS,
        // A password is not sent in the clear to another computer.
        requireTLS: username !== '' && !isLoopback(hostname),
        disableFileAccess: true,
        disableUrlAccess: true,
      },
      // Automatic replies, such as those of absent people, must not answer it (RFC 3834).
      { headers: { 'Auto-Submitted': 'auto-generated' } },
    );
    // The attempt that used the connection reports the fault.
    this.#transport.on('error', () => {});
  }

  async send({ id, subject, text }: OutgoingMessage, contact: string): Promise<Outcome> {
    try {
      const { response } = await this.#transport.sendMail({
        from: this.#from,
        to: contact,
        subject,
        text,
        messageId: `<${id}@${this.#domain}>`,
      });
      return { kind: 'accepted', response: shortened(response) };
    } catch (error) {
      const { code, responseCode, message } = error as Error & { code?: string; responseCode?: number };
      const response = shortened(message);
      const isFinal = ABOUT_THE_MESSAGE.has(code ?? '') && (responseCode ?? 0) >= FIRST_FINAL_CODE;
      return isFinal ? { kind: 'never', response } : { kind: 'retry', response, afterMs: null };
    }
  }

  close(): void {
    this.#transport.close();
  }
}

const shortened = (text: string) => text.replace(/\s+/g, ' ').trim().slice(0, MAX_RESPONSE);
