// The address that is told without being a person's, and the address with which links in messages begin.

import type { NotificationChannelsReply, SettingView } from '@gonsters/contract';
import { useTellingText } from '../telling/use-telling-text.ts';
import { TextSetting } from './text-setting.tsx';

export function AlertAddress({
  settings,
  reply: { channels, links },
}: {
  settings: readonly SettingView[];
  reply: NotificationChannelsReply;
}) {
  const { say, t } = useTellingText();
  const hasMail = channels.some(({ kind }) => kind === 'email');
  const view = (name: string) => settings.find((each) => each.name === name);
  const [email, origin] = [view('alert_email'), view('page_origin')];
  return (
    <>
      {email ? (
        <TextSetting
          view={email}
          title={t('settings.email')}
          hint={say(hasMail ? 'notify.email.hint' : 'notify.email.no_server')}
          canSet={hasMail}
          kind="email"
        />
      ) : null}
      {origin ? (
        <TextSetting
          view={origin}
          title={t('settings.page_origin')}
          hint={links === null ? say('notify.links.none') : say(`notify.links.${links.source}`, { url: links.url })}
          canSet={links?.source !== 'environment'}
          kind="url"
          proposal={window.location.origin}
        />
      ) : null}
    </>
  );
}
