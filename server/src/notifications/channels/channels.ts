// The channels that are set up: the mail server of the environment, and what people add.

import type { NotificationChannel } from '@gonsters/contract';
import { kindFromRow } from '../store/channel-repository.ts';
