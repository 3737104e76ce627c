// The words of messages: templates, their preview, and the composer.

import type { Clock } from '../clock.ts';
import type { Database } from '../database/database.ts';
import type { GatewayService } from '../gateways/gateway-service.ts';
import type { AlertCatalogue } from '../machines/alert-catalogue.ts';
import type { MachineService } from '../machines/machine-service.ts';
import type { AcknowledgeLinks } from '../notifications/acknowledge-links.ts';
import type { ContactDirectory } from '../notifications/contacts/contact-directory.ts';
import type { LinkBase } from '../notifications/link-base.ts';
import { MessageComposer } from '../notifications/message-composer.ts';
import { MessageTemplates } from '../notifications/messages/message-templates.ts';
import { TemplatePreview } from '../notifications/messages/template-preview.ts';
import type { MessageQueue } from '../notifications/store/message-queue.ts';
import type { Notices } from '../notifications/store/notices.ts';

/** What names the machines, metrics and gateways of alerts. */
export interface Catalogues {
  machines: Pick<MachineService, 'get'>;
  catalogue: Pick<AlertCatalogue, 'get'>;
  gateways: Pick<GatewayService, 'get'>;
}

export function createMessages(
  deps: Catalogues & {
    database: Database;
    queue: MessageQueue;
    notices: Notices;
    links: AcknowledgeLinks;
    base: LinkBase;
    people: ContactDirectory;
    zone: () => string;
    clock: Clock;
  },
): { composer: MessageComposer; templates: MessageTemplates; templatePreview: TemplatePreview } {
  const { machines, catalogue, gateways, database, base, zone, clock } = deps;
  const names = {
    metric: (name: string) => catalogue.get(name),
    gateway: (id: string) => gateways.get(id)?.name ?? null,
  };
  const templates = new MessageTemplates({ database, clock });
  const composer = new MessageComposer({ ...deps, names, templates, machineOf: (id) => machines.get(id)?.record });
  return { composer, templates, templatePreview: new TemplatePreview({ templates, names, base, zone, clock }) };
}
