// The English texts about who is told: of channels, routes, duty, and a person's own page.

import { channels } from './en/channels.ts';
import { contacts } from './en/contacts.ts';
import { duty } from './en/duty.ts';
import { routes } from './en/routes.ts';

export const en = { ...channels, ...routes, ...duty, ...contacts };
