// The English texts, and with them the list of all keys: another language that lacks one does not compile.

import { alerts } from './alerts.ts';
import { app } from './app.ts';
import { dialogs } from './dialogs.ts';
import { fleet } from './fleet.ts';
import { machine } from './machine.ts';
import { signIn } from './sign-in.ts';

export const en = { ...app, ...signIn, ...fleet, ...machine, ...alerts, ...dialogs };
