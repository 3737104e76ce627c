// The Indonesian texts about who is told.

import type { Translated } from '../text.ts';
import type { en } from './en.ts';
import { channels } from './id/channels.ts';
import { contacts } from './id/contacts.ts';
import { duty } from './id/duty.ts';
import { routes } from './id/routes.ts';

export const id: Translated<typeof en> = { ...channels, ...routes, ...duty, ...contacts };
