// A menu of less frequent actions, opened by a button with three dots.

import { Ellipsis, type LucideIcon } from 'lucide-react';
import { DropdownMenu } from 'radix-ui';
import type { ReactNode } from 'react';

export function MoreMenu({ label, children }: { label: string; children: ReactNode }) {
  return (
    <DropdownMenu.Root>
      <DropdownMenu.Trigger className="button button-icon" aria-label={label} title={label}>
        <Ellipsis size={16} strokeWidth={1.5} />
      </DropdownMenu.Trigger>
      <DropdownMenu.Portal>
        <DropdownMenu.Content className="menu glass" align="end" sideOffset={6} collisionPadding={12}>
          {children}
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  );
}

export function MenuItem({
  icon: Icon,
  className = '',
  onSelect,
  children,
}: {
  icon: LucideIcon;
  className?: string;
  onSelect: () => void;
  children: string;
}) {
  return (
    <DropdownMenu.Item className={`menu-item ${className}`} onSelect={onSelect}>
      <Icon size={16} strokeWidth={1.5} aria-hidden="true" />
      {children}
    </DropdownMenu.Item>
  );
}
