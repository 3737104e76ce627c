// One message of a stream: its tree, the form of the chosen value, and what the newest messages become.

import type { IncomingStreamReply, IncomingWindow } from '@gonsters/contract';
import { useQuery } from '@tanstack/react-query';
import { ChevronLeft, ChevronRight, EyeOff } from 'lucide-react';
import { useMemo, useState } from 'react';
import { useApi, useMay } from '../../../../api/use-api.ts';
import { StateMessage } from '../../../../components/ui/state-message.tsx';
import { useMedia } from '../../../../components/ui/use-media.ts';
import { useMetricCatalogue } from '../../use-catalogue.ts';
import { rateText, senderText, shapeText } from '../list/stream-text.ts';
import { valueAt } from '../model/message-path.ts';
import type { Scalar } from '../model/message-tree.ts';
import { meaningOf } from '../model/rule-edit.ts';
import { parsePayloads } from '../model/seen-values.ts';
import { PreviewCard } from '../preview/preview-card.tsx';
import { ProfileMenu } from '../profile/profile-menu.tsx';
import { SaveProfile } from '../profile/save-profile.tsx';
import { useProfileEdit } from '../profile/use-profile-edit.ts';
import { usePreview } from '../preview/use-preview.ts';
import { useIncomingText } from '../use-incoming-text.ts';
import { Becomes } from './becomes.tsx';
import { MessageTree } from './message-tree.tsx';
import { TopicLevels } from './topic-levels.tsx';
import { type ChosenValue, calledIn, ValueForm } from './value-form.tsx';
import { ValueSheet } from './value-sheet.tsx';
