// Writes a message from what it carries, at the moment it is sent, with its links.

import type { AcknowledgeLinks } from './acknowledge-links.ts';
import type { OutgoingMessage } from './channels/channel.ts';
import type { LinkBase } from './link-base.ts';
import { MOST_LISTED, messageText, sounds, type ToldItem } from './message-text.ts';
import { noticeText } from './notices/notice-texts.ts';
import type { CarriedItem, ClaimedMessage } from './notification-types.ts';
import type { MessageQueue } from './store/message-queue.ts';
import type { Notices } from './store/notices.ts';

const WORST_IN_FLOOD = 5;

interface LinkedItem extends ToldItem {
  /** With which the alert is acknowledged; null where the message asks nobody to act. */
  readonly token: string | null;
}

export class MessageComposer {
  readonly #queue: Pick<MessageQueue, 'carried'>;
  readonly #notices: Pick<Notices, 'of'>;
  readonly #links: Pick<AcknowledgeLinks, 'tokenOf'>;
  readonly #base: LinkBase;
  readonly #zone: () => string;

  /** @param deps `zone`: IANA, in which times are written */
  constructor(deps: {
    queue: Pick<MessageQueue, 'carried'>;
    notices: Pick<Notices, 'of'>;
    links: Pick<AcknowledgeLinks, 'tokenOf'>;
    base: LinkBase;
    zone: () => string;
  }) {
    this.#queue = deps.queue;
    this.#notices = deps.notices;
    this.#links = deps.links;
    this.#base = deps.base;
    this.#zone = deps.zone;
  }

  /** null for a digest of which nothing is active any more. */
  async compose({ id, kind }: Pick<ClaimedMessage, 'id' | 'kind'>): Promise<OutgoingMessage | null> {
    if (kind === 'notice') {
      const notice = await this.#notices.of(id);
      return notice && { id, ...noticeText(notice.key, notice.params, notice.language) };
    }
    const { items, total } = await this.#queue.carried(id, { limit: MOST_LISTED, onlyActive: kind === 'digest' });
    if (items.length === 0) return null;
    const listed = kind === 'flood' ? await this.#firstAndWorst(id, items) : items;
    const told: LinkedItem[] = [];
    for (const item of listed) told.push(await this.#withLinks(item));
    const notifications = told.map((each) => ({
      kind: each.kind,
      alert: each.event,
      acknowledge_url: each.acknowledgeUrl,
      page_url: each.pageUrl,
    }));
    const buttons = told.flatMap(({ event, token, acknowledgeUrl }) =>
      token === null ? [] : [{ token, label: event.machine_name, url: acknowledgeUrl }],
    );
    return { id, ...messageText(kind, told, total, this.#zone()), notifications, buttons };
  }

  async #firstAndWorst(id: string, [first]: readonly CarriedItem[]): Promise<CarriedItem[]> {
    const { items } = await this.#queue.carried(id, { limit: WORST_IN_FLOOD + 1, order: 'worst' });
    const others = items.filter((item) => item.id !== first?.id).slice(0, WORST_IN_FLOOD);
    return first === undefined ? others : [first, ...others];
  }

  async #withLinks(item: CarriedItem): Promise<LinkedItem> {
    const base = this.#base.current();
    const { kind, event } = item;
    // A button of a channel needs no address of the page.
    const token = sounds(item) ? await this.#links.tokenOf(item.id) : null;
    if (base === null) return { kind, event, token, acknowledgeUrl: null, pageUrl: null };
    const acknowledgeUrl = token === null ? null : `${base.url}/ack/${token}`;
    return { kind, event, token, acknowledgeUrl, pageUrl: `${base.url}/alerts?alert=${event.id}` };
  }
}
