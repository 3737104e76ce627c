// The menu of the signed-in user: account, language, theme, shortcuts, sign out.

import { Link } from '@tanstack/react-router';
import { CircleUser, Contrast, Keyboard, Languages, LogOut } from 'lucide-react';
import { DropdownMenu } from 'radix-ui';
import { useRef } from 'react';
import { useSession, useSessionState } from '../../api/use-api.ts';
import { useOpenDialog } from '../../components/domain/dialogs.ts';
import { keepPanelFilters } from '../../components/domain/links.ts';
import { switchTheme } from '../../components/ui/theme/theme.ts';
import { useText } from '../../i18n/use-text.ts';
import { Avatar } from './avatar.tsx';

const ICON = { size: 16, strokeWidth: 1.5, 'aria-hidden': true } as const;

export function AccountMenu() {
  const { t, language, setLanguage } = useText();
  const session = useSession();
  const state = useSessionState();
  const openDialog = useOpenDialog();
  /** Done once the menu is closed and the focus is back at its button, which a dialog gives it back to later. */
  const next = useRef<(() => void) | null>(null);
  if (state.phase !== 'signed-in') return null;
  const { username, role } = state.user;
  const other = language === 'en' ? 'id' : 'en';
  return (
    <DropdownMenu.Root modal={false}>
      <DropdownMenu.Trigger className="avatar">
        <Avatar name={username} />
        <span className="sr-only">{t('app.account', { name: username, role })}</span>
      </DropdownMenu.Trigger>
      <DropdownMenu.Portal>
        <DropdownMenu.Content
          className="menu glass"
          align="end"
          sideOffset={10}
          collisionPadding={8}
          loop
          onCloseAutoFocus={() => {
            const run = next.current;
            next.current = null;
            if (run) setTimeout(run);
          }}
        >
          <DropdownMenu.Label className="menu-who">
            <b className="text-strong ellipsis block">{username}</b>
            <span className="caption">{role}</span>
          </DropdownMenu.Label>
          <DropdownMenu.Item className="menu-item" asChild>
            <Link to="/settings/{-$section}" params={{ section: 'account' }} search={keepPanelFilters}>
              <CircleUser {...ICON} />
              {t('settings.account')}
            </Link>
          </DropdownMenu.Item>
          <DropdownMenu.Item className="menu-item" lang={other} onSelect={() => setLanguage(other)}>
            <Languages {...ICON} />
            {t('app.language.other')}
          </DropdownMenu.Item>
          <DropdownMenu.Item className="menu-item" onSelect={switchTheme}>
            <Contrast {...ICON} />
            {t('app.theme')}
          </DropdownMenu.Item>
          <DropdownMenu.Item
            className="menu-item"
            onSelect={() => {
              next.current = () => openDialog({ name: 'shortcuts' });
            }}
          >
            <Keyboard {...ICON} />
            {t('shortcuts.help')}
          </DropdownMenu.Item>
          <DropdownMenu.Separator className="menu-line" />
          <DropdownMenu.Item className="menu-item" onSelect={() => void session.signOut()}>
            <LogOut {...ICON} />
            {t('app.sign_out')}
          </DropdownMenu.Item>
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  );
}
