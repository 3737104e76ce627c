// Who is told of alerts, read top down as it works: the gap that is left, channels, routes, duty. Beside it the answer to “who
// would be told if …?”.

import { useQuery } from '@tanstack/react-query';
import { useTellingApi } from '../../../api/telling/use-telling-api.ts';
import { useMay } from '../../../api/use-api.ts';
import { useMedia } from '../../../components/ui/use-media.ts';
import { DutyWeekCard } from '../duty/duty-week-card.tsx';
import { GapNotice } from '../duty/gap-notice.tsx';
import { useSettings } from '../plant/use-setting-draft.ts';
import { FormSkeleton, SectionFailed } from '../section-states.tsx';
import { useTellingText } from '../telling/use-telling-text.ts';
import { AlertAddress } from './alert-address.tsx';
import { ChannelsCard } from './channels/channels-card.tsx';
import { CHANNELS_KEY } from './channels/use-channel-test.ts';
import { DrillRow } from './drill.tsx';
import { HeartbeatRow } from './heartbeat.tsx';
import { WhoWouldBeTold } from './preview/who-would-be-told.tsx';
import { RoutesCard } from './routes/routes-card.tsx';
import { WhatTheyRead } from './templates/what-they-read.tsx';
import '../../../styles/telling.css';

const LOOK_EVERY_MS = 10_000;
const PREVIEW_ID = 'who-would-be-told';

export function NotificationsSection() {
  const { say } = useTellingText();
  const api = useTellingApi();
  const mayManage = useMay('write:config');
  const isWide = useMedia('(min-width: 1341px)');
  const settings = useSettings();
  const channels = useQuery({
    queryKey: CHANNELS_KEY,
    queryFn: ({ signal }) => api.notificationChannels(signal),
    refetchInterval: LOOK_EVERY_MS,
    enabled: mayManage,
  });
  const failed = mayManage ? [channels, settings].find((query) => query.isError && !query.data) : undefined;
  if (failed !== undefined) {
    return (
      <section className="card">
        <SectionFailed error={failed.error} onRetry={failed.refetch} />
      </section>
    );
  }
  if (mayManage && (!channels.data || !settings.data)) return <FormSkeleton />;
  const view = (name: string) => settings.data?.find((each) => each.name === name);
  const address = view('alert_email')?.value ?? '';
  return (
    <div className="telling">
      <div className="column content-start">
        {isWide ? null : (
          <div>
            <button
              type="button"
              className="button button-small"
              onClick={() => document.getElementById(PREVIEW_ID)?.scrollIntoView({ block: 'start' })}
            >
              {say('preview.jump')}
            </button>
          </div>
        )}
        <GapNotice />
        {channels.data ? <ChannelsCard channels={channels.data.channels} address={address} /> : null}
        <RoutesCard />
        <DutyWeekCard onAdd={null} />
        {channels.data && settings.data ? (
          <section className="card" aria-label={say('notify.who')}>
            <div className="card-head">
              <h2>{say('notify.who')}</h2>
            </div>
            <AlertAddress settings={settings.data} reply={channels.data} />
            <HeartbeatRow settings={settings.data} />
            <DrillRow />
          </section>
        ) : null}
      </div>
      <aside className="telling-aside" aria-label={say('preview.title')} id={PREVIEW_ID}>
        <WhoWouldBeTold />
        {mayManage ? <WhatTheyRead /> : null}
      </aside>
    </div>
  );
}
