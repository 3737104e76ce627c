// Requests about the words of messages.

import type { MessageLanguage, MessageTemplate, MessageTemplateReply } from '@gonsters/contract';
import type { ApiClient } from '../http/api-client.ts';

const TEMPLATES = '/notifications/templates';

export interface TemplateExample extends MessageTemplate {
  language: MessageLanguage;
  kind: string;
}
export interface ShownMessage {
  subject: string;
  text: string;
}

export function templatesApi(client: ApiClient) {
  return {
    messageTemplate: (language: MessageLanguage, signal: AbortSignal) =>
      client.request<MessageTemplateReply>({ method: 'GET', path: `${TEMPLATES}/${language}`, signal }),
    storeTemplate: (language: MessageLanguage, template: MessageTemplate) =>
      client.request<MessageTemplateReply>({ method: 'PUT', path: `${TEMPLATES}/${language}`, body: template }),
    resetTemplate: (language: MessageLanguage) =>
      client.request<MessageTemplateReply>({ method: 'DELETE', path: `${TEMPLATES}/${language}` }),
    /** Of an example; nothing is sent or stored. */
    showTemplate: (example: TemplateExample, signal: AbortSignal) =>
      client.request<ShownMessage>({ method: 'POST', path: `${TEMPLATES}/preview`, body: example, signal }),
  };
}
