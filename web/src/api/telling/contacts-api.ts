// Requests about how a person is told: one's own contact points, or those of another user.

import type {
  ContactPreferences,
  ContactReply,
  ContactsReply,
  OwnMessagesReply,
  PeopleReply,
} from '@gonsters/contract';
import type { ApiClient } from '../http/api-client.ts';

/** `who`: the id of a user, or `me`. */
const pathOf = (who: string) => `/users/${who}/contacts`;

export interface NewContact {
  channel_id: string;
  address: string;
  label?: string | null;
  by_link?: boolean;
}

export function contactsApi(client: ApiClient) {
  return {
    /** Everybody who can be told of alerts, by name. */
    people: async (signal: AbortSignal) =>
      (await client.request<PeopleReply>({ method: 'GET', path: '/notifications/people', signal })).people,
    contacts: (who: string, signal: AbortSignal) =>
      client.request<ContactsReply>({ method: 'GET', path: pathOf(who), signal }),
    /** The newest messages to oneself. */
    ownMessages: async (signal: AbortSignal) =>
      (await client.request<OwnMessagesReply>({ method: 'GET', path: '/users/me/notifications', signal }))
        .notifications,
    /** A code is sent to the address at once, or the reply has a link. */
    addContact: (who: string, contact: NewContact) =>
      client.request<ContactReply>({ method: 'POST', path: pathOf(who), body: contact }),
    sendContactCode: (who: string, id: string) =>
      client.request<ContactReply>({ method: 'POST', path: `${pathOf(who)}/${id}/send-code` }),
    verifyContact: (who: string, id: string, code: string) =>
      client.request<ContactReply>({ method: 'POST', path: `${pathOf(who)}/${id}/verify`, body: { code } }),
    testContact: (who: string, id: string) =>
      client.request<ContactReply>({ method: 'POST', path: `${pathOf(who)}/${id}/test` }),
    removeContact: (who: string, id: string) =>
      client.request<unknown>({ method: 'DELETE', path: `${pathOf(who)}/${id}` }),
    storeContactPreferences: (who: string, preferences: ContactPreferences) =>
      client.request<ContactsReply>({ method: 'PUT', path: `${pathOf(who)}/preferences`, body: preferences }),
  };
}
