// Incoming data: what arrives at the left, one message of it at the right.

import { INCOMING_WINDOWS, type IncomingWindow } from '@gonsters/contract';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { CircleSlash, Inbox, Pause, Play, Plus } from 'lucide-react';
import { useEffect, useState } from 'react';
import { useApi, useMay } from '../../../api/use-api.ts';
import { keepPanelFilters } from '../../../components/domain/links.ts';
import { Segments } from '../../../components/ui/form/segments.tsx';
import { StateMessage } from '../../../components/ui/state-message.tsx';
import { useMedia } from '../../../components/ui/use-media.ts';
import { RowsSkeleton, SectionFailed } from '../section-states.tsx';
import { useSettingsSearch } from '../use-settings-search.ts';
import '../../../styles/incoming.css';
import { StreamList } from './list/stream-list.tsx';
import { MessageCard } from './message/message-card.tsx';
import { groupOf, inGroups } from './model/stream-groups.ts';
import { useIncomingText } from './use-incoming-text.ts';

const REFETCH_MS = 5_000;

export function IncomingSection() {
  const { say } = useIncomingText();
  const api = useApi();
  const { search, narrow } = useSettingsSearch();
  const [window, setWindow] = useState<IncomingWindow>('1h');
  const [held, setHeld] = useState(false);
  const refetchInterval = held ? false : REFETCH_MS;
  const list = useQuery({
    queryKey: ['incoming', window],
    queryFn: ({ signal }) => api.incoming(window, signal),
    refetchInterval,
    placeholderData: (previous) => previous,
  });
  const streamId = search.stream ?? null;
  const detail = useQuery({
    queryKey: ['incoming', 'stream', streamId, window],
    queryFn: ({ signal }) => api.incomingStream(streamId ?? '', window, signal),
    enabled: streamId !== null,
    refetchInterval,
    placeholderData: (previous) => (previous?.stream.id === streamId ? previous : undefined),
  });
  const open = (id: string | undefined) => {
    setHeld(false);
    narrow({ stream: id });
  };
  const isWide = useMedia('(min-width: 1101px)');
  const first = list.data ? inGroups(list.data.streams)[0]?.streams[0] : undefined;
  // Beside the list there is room for what needs a person first.
  const toOpen = isWide && streamId === null && first && groupOf(first) === 'person' ? first.id : undefined;
  // biome-ignore lint/correctness/useExhaustiveDependencies: once for each stream that comes first
  useEffect(() => {
    if (toOpen !== undefined) narrow({ stream: toOpen });
  }, [toOpen]);
  return (
    <>
      <div className="incoming-tools">
        <Segments
          label={say('window')}
          value={window}
          choices={INCOMING_WINDOWS.map((value) => ({ value, label: say(`window.${value}`) }))}
          onChoose={setWindow}
        />
        <button type="button" className="button" aria-pressed={held} onClick={() => setHeld(!held)}>
          {held ? (
            <Play size={16} strokeWidth={1.5} aria-hidden="true" />
          ) : (
            <Pause size={16} strokeWidth={1.5} aria-hidden="true" />
          )}
          {say(held ? 'go_on' : 'hold')}
        </button>
      </div>
      {list.isError && !list.data ? (
        <section className="card">
          <SectionFailed error={list.error} onRetry={list.refetch} />
        </section>
      ) : null}
      {list.isPending ? (
        <section className="card">
          <RowsSkeleton />
        </section>
      ) : null}
      {list.data?.streams.length === 0 ? <Nothing /> : null}
      {list.data && list.data.streams.length > 0 ? (
        <div className={`incoming ${streamId === null ? '' : 'has-message'}`}>
          <StreamList incoming={list.data} current={streamId} onOpen={({ id }) => open(id)} />
          <div className="column">
            {streamId === null ? (
              <section className="card incoming-none">
                <StateMessage icon={Inbox} title={say('none_open')}>
                  {say(first && groupOf(first) === 'person' ? 'none_open.hint' : 'none_waits')}
                </StateMessage>
              </section>
            ) : detail.data ? (
              <MessageCard detail={detail.data} onBack={() => open(undefined)} onHold={() => setHeld(true)} />
            ) : (
              <section className="card">
                {detail.isError ? (
                  <StateMessage
                    icon={CircleSlash}
                    title={say('gone')}
                    actions={
                      <button type="button" className="button" onClick={() => open(undefined)}>
                        {say('back')}
                      </button>
                    }
                  >
                    {say('gone.hint')}
                  </StateMessage>
                ) : (
                  <RowsSkeleton />
                )}
              </section>
            )}
          </div>
        </div>
      ) : null}
    </>
  );
}

function Nothing() {
  const { say } = useIncomingText();
  const mayConnect = useMay('write:config');
  return (
    <section className="card">
      <StateMessage
        icon={Inbox}
        title={say('nothing')}
        actions={
          mayConnect ? (
            <Link
              to="/settings/{-$section}"
              params={{ section: 'gateways' }}
              search={keepPanelFilters}
              className="button button-primary"
            >
              <Plus size={16} strokeWidth={1.5} aria-hidden="true" />
              {say('nothing.connect')}
            </Link>
          ) : null
        }
      >
        {say('nothing.hint', { host: globalThis.location.hostname })}
      </StateMessage>
    </section>
  );
}
