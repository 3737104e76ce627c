// The icon of a kind of channel.

import type { ChannelKind } from '@gonsters/contract';
import {
  BellRing,
  Gamepad2,
  Hash,
  type LucideIcon,
  Mail,
  MessageCircle,
  MessageSquareText,
  MonitorSmartphone,
  RadioTower,
  Send,
  UsersRound,
  Webhook,
} from 'lucide-react';

const ICONS: Record<ChannelKind, LucideIcon> = {
  email: Mail,
  webhook: Webhook,
  telegram: Send,
  whatsapp: MessageCircle,
  ntfy: RadioTower,
  gotify: BellRing,
  slack: Hash,
  teams: UsersRound,
  discord: Gamepad2,
  web_push: MonitorSmartphone,
  sms: MessageSquareText,
};

export function ChannelIcon({ kind }: { kind: string }) {
  const Icon = Object.hasOwn(ICONS, kind) ? ICONS[kind as ChannelKind] : BellRing;
  return (
    <span className="channel-icon">
      <Icon size={16} strokeWidth={1.5} aria-hidden="true" />
    </span>
  );
}
