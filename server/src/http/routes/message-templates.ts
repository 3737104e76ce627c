// /notifications/templates: the words of messages about alerts, in each language, and a preview.

import {
  isoTime,
  MESSAGE_VARIABLES,
  type MessageTemplateReply,
  messageLanguageSchema,
  messageTemplateChangeSchema,
  messageTemplateReplySchema,
  templatePreviewReplySchema,
  templatePreviewSchema,
} from '@gonsters/contract';
import { z } from 'zod';
import { alertEvent } from '../../alerts/alert-view.ts';
import { DEFAULT_TEMPLATES } from '../../notifications/messages/default-templates.ts';
import type { StoredTemplate } from '../../notifications/messages/message-templates.ts';
import { type HttpApp, principalOf } from '../http-app.ts';
import type { HttpDeps } from '../http-deps.ts';
import { scopeOf } from '../path-id.ts';

const tags = ['Notifications'];
const params = z.object({ language: messageLanguageSchema });
const response = { 200: messageTemplateReplySchema };
const variables = Object.entries(MESSAGE_VARIABLES).map(([name, description]) => ({ name, description }));

export async function messageTemplateRoutes(
  app: HttpApp,
  { notifications, alerts, machines }: Pick<HttpDeps, 'notifications' | 'alerts' | 'machines'>,
): Promise<void> {
  const { templates, templatePreview } = notifications;
  const replyOf = ({ language, subject, body, isDefault, ...stored }: StoredTemplate): MessageTemplateReply => ({
    status: 'success',
    language,
    template: { subject, body },
    is_default: isDefault,
    updated_at: stored.updatedAtMs === null ? null : isoTime(stored.updatedAtMs),
    updated_by: stored.updatedBy,
    default: DEFAULT_TEMPLATES[language],
    variables,
  });

  app.get(
    '/notifications/templates/:language',
    {
      config: { access: 'write:config' },
      schema: { tags, summary: 'Returns the template of messages in a language, and its variables', params, response },
    },
    async (request) => replyOf(await templates.get(request.params.language)),
  );

  app.put(
    '/notifications/templates/:language',
    {
      config: { access: 'write:config', audit: 'template.update' },
      schema: {
        tags,
        summary: 'Sets the template of messages in a language; a variable that is not known is refused with its place',
        params,
        body: messageTemplateChangeSchema,
        response,
      },
    },
    async (request) => {
      const { language } = request.params;
      const before = await templates.get(language);
      const stored = await templates.set(language, request.body, principalOf(request).username);
      const details = { before: { subject: before.subject, body: before.body }, after: request.body };
      await request.audit({ action: 'template.update', target: language, details });
      return replyOf(stored);
    },
  );

  app.delete(
    '/notifications/templates/:language',
    {
      config: { access: 'write:config', audit: 'template.reset' },
      schema: { tags, summary: 'Puts the default template of a language back', params, response },
    },
    async (request) => {
      const { language } = request.params;
      const { subject, body } = await templates.get(language);
      const stored = await templates.reset(language);
      await request.audit({ action: 'template.reset', target: language, details: { before: { subject, body } } });
      return replyOf(stored);
    },
  );

  app.post(
    '/notifications/templates/preview',
    {
      // Changes nothing.
      config: { access: 'write:config', audit: false },
      schema: {
        tags,
        summary:
          'Shows what a message would say with a template, of an example or of an alert; nothing is sent or stored',
        body: templatePreviewSchema,
        response: { 200: templatePreviewReplySchema },
      },
    },
    async (request) => {
      const { alert_id: alertId, ...template } = request.body;
      const alert = alertId === undefined ? null : await alerts.get(alertId, scopeOf(request));
      const shown = templatePreview.render(template, alert && alertEvent(alert, machines));
      return { status: 'success' as const, ...shown };
    },
  );
}
