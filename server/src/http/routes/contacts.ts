// /users/me/contacts and /users/{id}/contacts: where a person is told, in which order, when not, and in which language.

import {
  type ContactReply,
  type ContactsReply,
  contactCodeSchema,
  contactPreferencesSchema,
  contactReplySchema,
  contactsReplySchema,
  newContactSchema,
} from '@gonsters/contract';
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { Sent } from '../../notifications/contacts/contact-editor.ts';
import type { ContactRow } from '../../notifications/contacts/contact-repository.ts';
import { type HttpApp, principalOf } from '../http-app.ts';
import type { HttpDeps } from '../http-deps.ts';
import { idSchema } from '../path-id.ts';
import { refuseOtherUser } from '../user-scope.ts';

const tags = ['Contact points'];
const doneSchema = z.object({ status: z.literal('success') });
type Params = { id?: string; contact_id?: string };

export async function contactRoutes(app: HttpApp, deps: Pick<HttpDeps, 'notifications' | 'accounts'>): Promise<void> {
  addRoutes(app, deps, { path: '/users/me/contacts', whose: 'your', isOwn: true });
  addRoutes(app, deps, { path: '/users/:id/contacts', whose: 'the', isOwn: false });
}

function addRoutes(
  app: HttpApp,
  deps: Pick<HttpDeps, 'notifications' | 'accounts'>,
  { path, whose, isOwn }: { path: string; whose: string; isOwn: boolean },
): void {
  const { contactEditor: editor, contactLinks: links, contactList: list } = deps.notifications;
  const read = isOwn ? ('signed-in' as const) : ('read:users' as const);
  const write = isOwn ? ('signed-in' as const) : ('write:users' as const);
  const ofPerson = isOwn ? z.object({}) : z.object({ id: idSchema });
  const ofContact = ofPerson.extend({ contact_id: idSchema });
  const of = isOwn ? '' : ' of a person';

  const personOf = async (request: FastifyRequest): Promise<string> => {
    if (isOwn) return principalOf(request).userId;
    const { id } = request.params as { id: string };
    await refuseOtherUser(deps, request, id);
    return id;
  };
  const contactOf = (request: FastifyRequest): string => (request.params as Params).contact_id as string;
  const audit = (request: FastifyRequest, action: string, userId: string, point: ContactRow, sent?: Sent | null) =>
    request.audit({
      action,
      target: userId,
      details: {
        ...{ contact: point.id, kind: point.kind, address: point.display, channel: point.channel },
        ...(sent ? { result: sent.result, response: sent.response } : {}),
      },
    });
  const reply = async (point: ContactRow, sent: Sent | null, link: string | null = null): Promise<ContactReply> => ({
    status: 'success',
    contact: await list.view(point),
    sent: sent && { result: sent.result, response: sent.response, took_ms: sent.tookMs },
    link,
  });

  app.get(
    path,
    {
      config: { access: read },
      schema: {
        tags,
        summary: `Lists ${whose} contact points${of}, their order, quiet hours, language, and the channels to choose from`,
        params: ofPerson,
        response: { 200: contactsReplySchema },
      },
    },
    async (request): Promise<ContactsReply> => ({ status: 'success', ...(await list.of(await personOf(request))) }),
  );

  app.post(
    path,
    {
      config: { access: write, audit: 'contact.create' },
      schema: {
        tags,
        summary: `Adds a contact point${of}, and sends a code to it that proves it, or returns a link that does`,
        params: ofPerson,
        body: newContactSchema,
        response: { 201: contactReplySchema },
      },
    },
    async (request, response) => {
      const { channel_id: channelId, address, label, by_link: isByLink } = request.body;
      const userId = await personOf(request);
      if (isByLink) {
        const { point, link } = await links.add(userId, channelId, label ?? null);
        await audit(request, 'contact.create', userId, point);
        return response.code(201).send(await reply(point, null, link));
      }
      const by = principalOf(request).userId;
      const { point, sent } = await editor.add(userId, by, { channelId, address, label: label ?? null });
      await audit(request, 'contact.create', userId, point, sent);
      return response.code(201).send(await reply(point, sent));
    },
  );

  app.put(
    `${path}/preferences`,
    {
      config: { access: write, audit: 'contact.preferences' },
      schema: {
        tags,
        summary: `Sets the order of ${whose} contact points${of}, quiet hours and language`,
        params: ofPerson,
        body: contactPreferencesSchema,
        response: { 200: contactsReplySchema },
      },
    },
    async (request) => {
      const userId = await personOf(request);
      await editor.setPreferences(userId, request.body);
      await request.audit({ action: 'contact.preferences', target: userId, details: request.body });
      return { status: 'success' as const, ...(await list.of(userId)) };
    },
  );

  app.post(
    `${path}/:contact_id/verify`,
    {
      config: { access: write, audit: 'contact.verify' },
      schema: {
        tags,
        summary: `Verifies a contact point${of} with the code that was sent to it`,
        params: ofContact,
        body: contactCodeSchema,
        response: { 200: contactReplySchema },
      },
    },
    async (request) => {
      const userId = await personOf(request);
      const point = await editor.verify(userId, contactOf(request), request.body.code);
      await audit(request, 'contact.verify', userId, point);
      return reply(point, null);
    },
  );

  app.post(
    `${path}/:contact_id/send-code`,
    {
      config: { access: write, audit: 'contact.send_code' },
      schema: {
        tags,
        summary: `Sends another code to a contact point${of}, or returns another link; the former one is not valid any more`,
        params: ofContact,
        response: { 200: contactReplySchema },
      },
    },
    async (request) => {
      const userId = await personOf(request);
      const { point, sent, link } = await editor.sendCode(userId, principalOf(request).userId, contactOf(request));
      await audit(request, 'contact.send_code', userId, point, sent);
      return reply(point, sent, link);
    },
  );

  app.post(
    `${path}/:contact_id/test`,
    {
      config: { access: write, audit: 'contact.test' },
      schema: {
        tags,
        summary: `Sends a test message to a contact point${of} at once, and returns what the other side answered`,
        params: ofContact,
        response: { 200: contactReplySchema },
      },
    },
    async (request) => {
      const userId = await personOf(request);
      const { point, sent } = await editor.test(userId, principalOf(request).userId, contactOf(request));
      await audit(request, 'contact.test', userId, point, sent);
      return reply(point, sent);
    },
  );

  app.delete(
    `${path}/:contact_id`,
    {
      config: { access: write, audit: 'contact.delete' },
      schema: {
        tags,
        summary: `Removes a contact point${of}; nothing is sent to it any more`,
        params: ofContact,
        response: { 200: doneSchema },
      },
    },
    async (request) => {
      const userId = await personOf(request);
      const point = await editor.remove(userId, contactOf(request));
      await audit(request, 'contact.delete', userId, point);
      return { status: 'success' as const };
    },
  );
}
