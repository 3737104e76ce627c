// The Indonesian texts.

import { accessKeys } from './access-keys.ts';
import { alerts } from './alerts.ts';
import { app } from './app.ts';
import { dialogs } from './dialogs.ts';
import { fleet } from './fleet.ts';
import { history } from './history.ts';
import { limits } from './limits.ts';
import { machine } from './machine.ts';
import { management } from './management.ts';
import { metrics } from './metrics.ts';
import { notifications } from './notifications.ts';
import { settings } from './settings.ts';
import { wallboard } from './wallboard.ts';

export const id = {
  ...app,
  ...fleet,
  ...machine,
  ...limits,
  ...alerts,
  ...dialogs,
  ...history,
  ...settings,
  ...metrics,
  ...management,
  ...accessKeys,
  ...notifications,
  ...wallboard,
};
