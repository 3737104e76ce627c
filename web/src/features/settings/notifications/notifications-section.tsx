// Who is told of alerts: the mail server with its last answers, the address that is told, and the address in the links.

import { useQuery } from '@tanstack/react-query';
import { useApi } from '../../../api/use-api.ts';
import { useText } from '../../../i18n/use-text.ts';
import { useSettings } from '../plant/use-setting-draft.ts';
import { FormSkeleton, SectionFailed } from '../section-states.tsx';
import { MailChannel } from './mail-channel.tsx';
import { TextSetting } from './text-setting.tsx';
import { Webhooks } from './webhooks.tsx';

const CHANNELS_KEY = ['notification-channels'];
const LOOK_EVERY_MS = 10_000;

export function NotificationsSection() {
  const { t } = useText();
  const api = useApi();
  const settings = useSettings();
  const channels = useQuery({
    queryKey: CHANNELS_KEY,
    queryFn: ({ signal }) => api.notificationChannels(signal),
    refetchInterval: LOOK_EVERY_MS,
  });
  const failed = [channels, settings].find((query) => query.isError && !query.data);
  if (failed !== undefined) {
    return (
      <section className="card">
        <SectionFailed error={failed.error} onRetry={failed.refetch} />
      </section>
    );
  }
  if (!channels.data || !settings.data) return <FormSkeleton />;
  const mail = channels.data.channels.find(({ kind }) => kind === 'email') ?? null;
  const { links } = channels.data;
  const view = (name: string) => settings.data.find((each) => each.name === name);
  const [email, origin] = [view('alert_email'), view('page_origin')];
  return (
    <>
      <MailChannel channel={mail} contact={email?.value ?? ''} />
      <section className="card">
        <div className="card-head">
          <h2>{t('notify.who')}</h2>
        </div>
        {email ? (
          <TextSetting
            view={email}
            title={t('settings.email')}
            hint={t(mail === null ? 'notify.email.no_server' : 'notify.email.hint')}
            canSet={mail !== null}
            kind="email"
          />
        ) : null}
        {origin ? (
          <TextSetting
            view={origin}
            title={t('settings.page_origin')}
            hint={links === null ? t('notify.links.none') : t(`notify.links.${links.source}`, { url: links.url })}
            canSet={links?.source !== 'environment'}
            kind="url"
            proposal={window.location.origin}
          />
        ) : null}
      </section>
      <Webhooks channels={channels.data.channels.filter(({ kind }) => kind === 'webhook')} />
    </>
  );
}
