// The sections of the settings, each with its address and the permission it needs.

import type { Permission } from '@gonsters/contract';
import {
  ArrowDownToLine,
  BellRing,
  Boxes,
  CalendarClock,
  CircleUser,
  Database,
  Inbox,
  KeyRound,
  type LucideIcon,
  RotateCcw,
  RouterIcon,
  ScrollText,
  ShieldCheck,
  SlidersHorizontal,
  Smartphone,
  Tag,
  Users,
} from 'lucide-react';
import { type ComponentType, lazy } from 'react';
import type { PlainTextKey } from '../../i18n/text.ts';

/** In the order of the list. */
export const GROUPS = ['measuring', 'telling', 'data', 'plant', 'you'] as const;

export interface Section {
  id: string;
  group: (typeof GROUPS)[number];
  icon: LucideIcon;
  /** In the list, and on top of the section. */
  label: PlainTextKey;
  title: PlainTextKey;
  /** What one needs to see it; null: everybody. */
  permission: Permission | null;
  /** Needs the width of the list of sections; a link leads back to it. */
  isWide?: boolean;
  Content: ComponentType;
}

export const SECTIONS: readonly Section[] = [
  {
    id: 'metrics',
    group: 'measuring',
    icon: Tag,
    label: 'settings.metrics',
    title: 'settings.metrics',
    permission: 'read:machines',
    Content: lazy(async () => ({ default: (await import('./metrics/metrics-section.tsx')).MetricsSection })),
  },
  {
    id: 'types',
    group: 'measuring',
    icon: Boxes,
    label: 'settings.types',
    title: 'settings.types',
    permission: 'read:machines',
    Content: lazy(async () => ({
      default: (await import('./machine-types/machine-types-section.tsx')).MachineTypesSection,
    })),
  },
  {
    id: 'thresholds',
    group: 'measuring',
    icon: SlidersHorizontal,
    label: 'settings.thresholds',
    title: 'settings.thresholds.title',
    permission: 'read:config',
    Content: lazy(async () => ({ default: (await import('./plant/thresholds-section.tsx')).ThresholdsSection })),
  },
  {
    id: 'notifications',
    group: 'telling',
    icon: BellRing,
    label: 'settings.notifications',
    title: 'settings.notifications',
    permission: 'shelve:alerts',
    Content: lazy(async () => ({
      default: (await import('./notifications/notifications-section.tsx')).NotificationsSection,
    })),
  },
  {
    id: 'duty',
    group: 'telling',
    icon: CalendarClock,
    label: 'settings.duty',
    title: 'settings.duty',
    permission: 'read:alerts',
    Content: lazy(async () => ({ default: (await import('./duty/duty-section.tsx')).DutySection })),
  },
  {
    id: 'users',
    group: 'plant',
    icon: Users,
    label: 'settings.users',
    title: 'settings.users',
    permission: 'read:users',
    Content: lazy(async () => ({ default: (await import('./users/users-section.tsx')).UsersSection })),
  },
  {
    id: 'gateways',
    group: 'data',
    icon: RouterIcon,
    label: 'settings.gateways',
    title: 'settings.gateways',
    permission: 'write:config',
    Content: lazy(async () => ({ default: (await import('./gateways/gateways-section.tsx')).GatewaysSection })),
  },
  {
    id: 'incoming',
    group: 'data',
    icon: ArrowDownToLine,
    label: 'settings.incoming',
    title: 'settings.incoming',
    permission: 'read:sensor_data',
    isWide: true,
    Content: lazy(async () => ({ default: (await import('./incoming/incoming-section.tsx')).IncomingSection })),
  },
  {
    id: 'ingest',
    group: 'data',
    icon: Inbox,
    label: 'settings.ingest',
    title: 'settings.ingest.title',
    permission: 'read:audit',
    Content: lazy(async () => ({ default: (await import('./ingest/ingest-section.tsx')).IngestSection })),
  },
  {
    id: 'audit',
    group: 'plant',
    icon: ScrollText,
    label: 'settings.audit',
    title: 'settings.audit',
    permission: 'read:audit',
    Content: lazy(async () => ({ default: (await import('./audit/audit-section.tsx')).AuditSection })),
  },
  {
    id: 'retention',
    group: 'data',
    icon: Database,
    label: 'settings.retention',
    title: 'settings.retention',
    permission: 'write:config',
    Content: lazy(async () => ({ default: (await import('./plant/retention-section.tsx')).RetentionSection })),
  },
  {
    id: 'reset',
    group: 'plant',
    icon: RotateCcw,
    label: 'settings.reset',
    title: 'settings.reset.title',
    permission: 'write:config',
    Content: lazy(async () => ({ default: (await import('./plant/reset-section.tsx')).ResetSection })),
  },
  {
    id: 'told',
    group: 'you',
    icon: Smartphone,
    label: 'settings.told',
    title: 'settings.told',
    permission: null,
    Content: lazy(async () => ({ default: (await import('./told/told-section.tsx')).ToldSection })),
  },
  {
    id: 'api-keys',
    group: 'you',
    icon: KeyRound,
    label: 'settings.api_keys',
    title: 'settings.api_keys',
    permission: null,
    Content: lazy(async () => ({ default: (await import('./api-keys/api-keys-section.tsx')).ApiKeysSection })),
  },
  {
    id: 'account',
    group: 'you',
    icon: CircleUser,
    label: 'settings.account',
    title: 'settings.account',
    permission: null,
    Content: lazy(async () => ({ default: (await import('./users/account-section.tsx')).AccountSection })),
  },
  {
    id: 'security',
    group: 'you',
    icon: ShieldCheck,
    label: 'settings.security',
    title: 'settings.security',
    permission: null,
    Content: lazy(async () => ({ default: (await import('./security/security-section.tsx')).SecuritySection })),
  },
];
