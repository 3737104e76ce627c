// The heartbeat: an address that is called every minute, so that somebody notices when the server itself is dead.

import type { SettingView } from '@gonsters/contract';
import { useQuery } from '@tanstack/react-query';
import { useTellingApi } from '../../../api/telling/use-telling-api.ts';
import { useTellingText } from '../telling/use-telling-text.ts';
import { TextSetting } from './text-setting.tsx';

const LOOK_EVERY_MS = 30_000;

export function HeartbeatRow({ settings }: { settings: readonly SettingView[] }) {
  const { say, format } = useTellingText();
  const api = useTellingApi();
  const view = settings.find(({ name }) => name === 'heartbeat_url');
  const { data } = useQuery({
    queryKey: ['heartbeat', view?.value],
    queryFn: ({ signal }) => api.heartbeat(signal),
    enabled: view !== undefined && view.value !== '',
    refetchInterval: LOOK_EVERY_MS,
  });
  if (view === undefined) return null;
  return (
    <TextSetting
      view={view}
      title={say('heartbeat.title')}
      hint={[say('heartbeat.hint'), lastCall()].filter((part) => part !== '').join(' ')}
      canSet
      kind="url"
    />
  );

  function lastCall(): string {
    if (view?.value === '' || data === undefined) return '';
    if (data.last === null) return say('heartbeat.never');
    const values = { time: format.moment(Date.parse(data.last.at)), response: data.last.response };
    if (data.last.result === 'accepted') return say('heartbeat.last', values);
    return say(data.last.result === 'withheld' ? 'heartbeat.withheld' : 'heartbeat.failed', values);
  }
}
