// The newest messages to one person: what they said, and what became of them.

import { type AlertEvent, isoTime, MOST_OWN_MESSAGES, type OwnMessage } from '@gonsters/contract';
import type { Database } from '../../database/database.ts';
import { contactReference } from '../contacts/contact-directory.ts';

/** Alerts of one message that are named. */
const MOST_ALERTS = 5;

interface OwnMessagesDeps {
  database: Database;
  /** Whether the person may know of an alert at present. */
  mayKnow: (userId: string, event: Pick<AlertEvent, 'machine_ids'>) => boolean;
  channelName: (channelId: string) => string | null;
}

export class OwnMessages {
  readonly #deps: OwnMessagesDeps;

  constructor(deps: OwnMessagesDeps) {
    this.#deps = deps;
  }

  /** The newest first. What the person may not know of any more is left out. */
  async of(userId: string): Promise<OwnMessage[]> {
    const { db } = this.#deps.database;
    const points = await db
      .selectFrom('contact_points')
      .select(['id', 'display', 'channel'])
      .where('user_id', '=', userId)
      .execute();
    if (points.length === 0) return [];
    const displays = new Map(points.map(({ id, display }) => [contactReference(id), display]));
    const messages = await db
      .selectFrom('notification_messages as message')
      .leftJoin('notification_notices as notice', 'notice.message_id', 'message.id')
      .selectAll('message')
      .select('notice.text_key')
      .where('message.channel', 'in', [...new Set(points.map(({ channel }) => channel))])
      .where('message.contact', 'in', [...displays.keys()])
      .orderBy('message.created_at', 'desc')
      .orderBy('message.id', 'desc')
      .limit(MOST_OWN_MESSAGES)
      .execute();
    const items = await this.#items(messages.map(({ id }) => id));
    return messages.flatMap((row): OwnMessage[] => {
      const all = items.get(row.id) ?? [];
      const known = all.filter(({ event }) => this.#deps.mayKnow(userId, event));
      if (all.length > 0 && known.length === 0) return [];
      return [
        {
          id: row.id,
          kind: row.text_key === null ? (known[0]?.kind ?? 'raised') : 'notice',
          notice: row.text_key,
          alerts: known.slice(0, MOST_ALERTS).map(({ alertId, event }) => ({
            id: alertId,
            machine_id: event.machine_id,
            machine_name: event.machine_name,
            message: event.message,
            metric: event.metric,
            condition: event.condition,
            limit_kind: event.limit_kind,
            severity: event.severity,
          })),
          alert_count: new Set(known.map(({ alertId }) => alertId)).size,
          channel: row.channel,
          channel_name: this.#deps.channelName(row.channel) ?? row.channel,
          contact: displays.get(row.contact) ?? '',
          created_at: isoTime(row.created_at),
          state: row.state,
          attempts: row.attempts,
          sent_at: timeOf(row.sent_at),
          delivered_at: timeOf(row.delivered_at),
          read_at: timeOf(row.read_at),
          response: row.response,
        },
      ];
    });
  }

  /** By message, the newest first, each alert once. */
  async #items(messageIds: readonly string[]) {
    const found = new Map<string, { alertId: string; kind: OwnMessage['kind']; event: AlertEvent }[]>();
    if (messageIds.length === 0) return found;
    const rows = await this.#deps.database.db
      .selectFrom('notification_items')
      .select(['message_id', 'alert_id', 'kind', 'payload'])
      .where('message_id', 'in', messageIds)
      .orderBy('created_at', 'desc')
      .orderBy('id', 'desc')
      .execute();
    for (const { message_id: messageId, alert_id: alertId, kind, payload } of rows) {
      if (messageId === null) continue;
      const listed = found.get(messageId) ?? [];
      found.set(messageId, listed);
      if (listed.every((each) => each.alertId !== alertId)) {
        listed.push({ alertId, kind, event: JSON.parse(payload) as AlertEvent });
      }
    }
    return found;
  }
}

const timeOf = (atMs: number | null) => (atMs === null ? null : isoTime(atMs));
