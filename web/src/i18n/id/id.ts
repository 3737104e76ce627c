// The Indonesian texts.

import { alerts } from './alerts.ts';
import { app } from './app.ts';
import { dialogs } from './dialogs.ts';
import { fleet } from './fleet.ts';
import { machine } from './machine.ts';
import { signIn } from './sign-in.ts';

export const id = { ...app, ...signIn, ...fleet, ...machine, ...alerts, ...dialogs };
