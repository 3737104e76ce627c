// Writes a message from what it carries, at the moment it is sent, with its links, in the language of its reader.

import type { Clock } from '../clock.ts';
import type { AcknowledgeLinks } from './acknowledge-links.ts';
import type { OutgoingMessage } from './channels/channel.ts';
import type { ContactDirectory } from './contacts/contact-directory.ts';
import type { LinkBase } from './link-base.ts';
import { MOST_LISTED, messageText } from './message-text.ts';
import { type AlertNames, alertFigures } from './messages/alert-sentence.ts';
import { type Reader, sounds, type ToldItem } from './messages/alert-values.ts';
import { chartPath } from './messages/chart-path.ts';
import { mergeItems } from './messages/merge-items.ts';
import type { MessageTemplates } from './messages/message-templates.ts';
import { type SeenMachine, visibleEvent } from './messages/visible-event.ts';
import { noticeText } from './notices/notice-texts.ts';
import type { CarriedItem, ClaimedMessage } from './notification-types.ts';
import type { MessageQueue } from './store/message-queue.ts';
import type { Notices } from './store/notices.ts';

const WORST_IN_FLOOD = 5;

interface LinkedItem extends ToldItem {
  /** With which the alert is acknowledged; null where the message asks nobody to act. */
  readonly token: string | null;
}

interface MessageComposerDeps {
  queue: Pick<MessageQueue, 'carried'>;
  notices: Pick<Notices, 'of'>;
  links: Pick<AcknowledgeLinks, 'tokenOf'>;
  base: Pick<LinkBase, 'current'>;
  templates: Pick<MessageTemplates, 'inForce'>;
  people: Pick<ContactDirectory, 'person' | 'languageOf' | 'quietUntil'>;
  names: AlertNames;
  machineOf: (id: string) => SeenMachine | undefined;
  /** IANA, in which times are written. */
  zone: () => string;
  clock: Clock;
}

export class MessageComposer {
  readonly #deps: MessageComposerDeps;

  constructor(deps: MessageComposerDeps) {
    this.#deps = deps;
  }

  /** null for a digest of which nothing is active any more, and for alerts that the reader may not know of any more. */
  async compose({ id, kind }: Pick<ClaimedMessage, 'id' | 'kind'>): Promise<OutgoingMessage | null> {
    const { queue, notices, people, names, zone, clock, templates } = this.#deps;
    if (kind === 'notice') {
      const notice = await notices.of(id);
      return notice && { id, ...noticeText(notice.key, notice.params, notice.language) };
    }
    const { items, total } = await queue.carried(id, { limit: MOST_LISTED, onlyActive: kind === 'digest' });
    const [first] = items;
    if (first === undefined) return null;
    const listed = kind === 'flood' ? await this.#firstAndWorst(id, first) : items;
    const told: LinkedItem[] = [];
    for (const item of listed) {
      const each = await this.#toldItem(item);
      if (each !== null) told.push(each);
    }
    if (told.length === 0) return null;
    const language = people.languageOf(first.person);
    const reader: Reader = { language, zone: zone(), nowMs: clock.nowMs(), names };
    const merged = mergeItems(told);
    // Where all are listed, what is about one alert counts once.
    const count = kind !== 'flood' && total === items.length ? merged.length : total;
    const notifications = told.map((each) => ({
      kind: each.kind,
      alert: each.event,
      acknowledge_url: each.acknowledgeUrl,
      page_url: each.pageUrl,
    }));
    const buttons = told.flatMap(({ event, token, acknowledgeUrl }) =>
      token === null ? [] : [{ token, label: event.machine_name, url: acknowledgeUrl }],
    );
    const text = messageText(kind, merged, count, reader, await templates.inForce(language));
    return { id, ...text, notifications, buttons };
  }

  async #firstAndWorst(id: string, first: CarriedItem): Promise<CarriedItem[]> {
    const { items } = await this.#deps.queue.carried(id, { limit: WORST_IN_FLOOD + 1, order: 'worst' });
    return [first, ...items.filter((item) => item.id !== first.id).slice(0, WORST_IN_FLOOD)];
  }

  async #toldItem(item: CarriedItem): Promise<LinkedItem | null> {
    const { base, links, people, machineOf, names, clock } = this.#deps;
    const { kind, person } = item;
    const factoryId = person === null ? null : (people.person(person)?.factoryId ?? null);
    const event = visibleEvent(item.event, factoryId, machineOf, (left) => alertFigures(left, names, 'en').sentence);
    if (event === null) return null;
    const isQuiet = person !== null && people.quietUntil(person, clock.nowMs()) !== null;
    const passesQuietHours = isQuiet && event.severity === 'critical';
    const url = base.current()?.url ?? null;
    // A button of a channel needs no address of the page.
    const token = sounds(item) ? await links.tokenOf(item.id) : null;
    const told = { kind, event, token, passesQuietHours };
    if (url === null) return { ...told, acknowledgeUrl: null, pageUrl: null, chartUrl: null };
    const chart = chartPath(event);
    return {
      ...told,
      acknowledgeUrl: token && `${url}/ack/${token}`,
      pageUrl: `${url}/alerts/${event.id}`,
      chartUrl: chart && `${url}${chart}`,
    };
  }
}
