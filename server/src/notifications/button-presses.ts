// Acknowledging with a button of a message: whether the one who pressed it was told by it, and the answer in words.

import type { MessageLanguage } from '@gonsters/contract';
import type { AlertRecord } from '../alerts/store/alert-repository.ts';
import { isAppError } from '../errors.ts';
import type { AcknowledgeLinks, LinkedAlert, LinkState } from './acknowledge-links.ts';
import type { ContactDirectory } from './contacts/contact-directory.ts';
import { timeText } from './messages/alert-values.ts';

export interface Press {
  readonly channelId: string;
  /** As in the audit log. */
  readonly channelName: string;
  /** Of the alert, as the button carries it. */
  readonly token: string;
  /** Where the button was pressed, as an address of the channel; null where the channel has only its own destination. */
  readonly address: string | null;
  /** Where a message goes that has no other address. */
  readonly destination: string | null;
  /** Who pressed it, for a message that was not sent to a single person. */
  readonly by: string;
}

/** An alert was acknowledged, for the audit log. */
export interface PressedAlert {
  readonly alert: AlertRecord;
  readonly person: string | null;
  readonly channelName: string;
}

interface ButtonPressesDeps {
  links: Pick<AcknowledgeLinks, 'describe' | 'acknowledge'>;
  people: Pick<ContactDirectory, 'addressOf' | 'languageOf'>;
  acknowledged: (pressed: PressedAlert) => Promise<void>;
  /** IANA. */
  zone: () => string;
}

type Answer = LinkState | 'done' | 'unknown' | 'busy';

const TEXTS: Record<MessageLanguage, Record<Answer, string>> = {
  en: {
    done: 'Acknowledged: ',
    open: '',
    used: 'This button was used already. Acknowledged: ',
    settled: 'The alert was acknowledged already, or is over. ',
    changed: 'The alert has returned or become worse since. Use the newer message. ',
    expired: 'This button is more than 24 hours old. Acknowledge on the page. ',
    unknown: 'This button is not known, or belongs to somebody else.',
    busy: 'The alert could not be acknowledged at the moment. Try again.',
  },
  id: {
    done: 'Dikonfirmasi: ',
    open: '',
    used: 'Tombol ini sudah digunakan. Dikonfirmasi: ',
    settled: 'Peringatan sudah dikonfirmasi, atau sudah berakhir. ',
    changed: 'Peringatan muncul kembali atau memburuk sejak itu. Gunakan pesan yang lebih baru. ',
    expired: 'Tombol ini berumur lebih dari 24 jam. Konfirmasi di halaman. ',
    unknown: 'Tombol ini tidak dikenal, atau milik orang lain.',
    busy: 'Peringatan tidak dapat dikonfirmasi saat ini. Coba lagi.',
  },
};

export class ButtonPresses {
  readonly #deps: ButtonPressesDeps;

  constructor(deps: ButtonPressesDeps) {
    this.#deps = deps;
  }

  /** @returns whether the alert was acknowledged by this press, and what to tell the person */
  async press(press: Press): Promise<{ isDone: boolean; text: string }> {
    const { links, people } = this.#deps;
    let language: MessageLanguage = 'en';
    try {
      const linked = await links.describe(press.token);
      if (!(await this.#mayPress(linked, press))) return { isDone: false, text: TEXTS[language].unknown };
      language = people.languageOf(linked.person);
      const by = linked.person === null ? press.by : undefined;
      const { alert, ...after } = await links.acknowledge(press.token, by);
      if (alert === null) return { isDone: false, text: this.#text(language, after.state, after) };
      await this.#deps.acknowledged({ alert, person: linked.person, channelName: press.channelName });
      return { isDone: true, text: this.#text(language, 'done', after) };
    } catch (error) {
      if (isAppError(error, 'not_found')) return { isDone: false, text: TEXTS[language].unknown };
      return { isDone: false, text: TEXTS[language].busy };
    }
  }

  /** A button works only where its message was sent: whoever copies its contents cannot use it elsewhere. */
  async #mayPress({ channel, contact }: LinkedAlert, press: Press): Promise<boolean> {
    if (channel !== press.channelId) return false;
    if (press.address === null) return true;
    const address = contact === '' ? press.destination : await this.#deps.people.addressOf(contact);
    return address !== null && plain(address) === plain(press.address);
  }

  #text(language: MessageLanguage, answer: Answer, { acknowledgedAtMs, event }: LinkedAlert): string {
    const text = TEXTS[language][answer];
    if (!text.endsWith(': ')) return `${text}${event.message}`;
    const at =
      acknowledgedAtMs === null ? '' : ` (${timeText(new Date(acknowledgedAtMs).toISOString(), this.#deps.zone())})`;
    return `${text}${event.message}${at}`;
  }
}

/** WhatsApp writes telephone numbers without their plus. */
const plain = (address: string) => address.replace(/^\+/, '');
