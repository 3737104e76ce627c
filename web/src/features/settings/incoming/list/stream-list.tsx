// What arrives: how much of it, why it is refused, and each kind with what becomes of it.

import type { IncomingReply, IncomingStream } from '@gonsters/contract';
import { ListFilter } from 'lucide-react';
import { useState } from 'react';
import { ErrorMark } from '../../../../components/ui/form/error-mark.tsx';
import { SearchField } from '../../../../components/ui/form/search-field.tsx';
import { StateMessage } from '../../../../components/ui/state-message.tsx';
import { groupOf, inGroups, matchesText, STREAM_GROUPS, type StreamGroup } from '../model/stream-groups.ts';
import { useIncomingText } from '../use-incoming-text.ts';
import { GROUP_LABELS, outcomeText, rateText, refusalText, senderText, shapeText } from './stream-text.ts';

export function StreamList({
  incoming,
  current,
  onOpen,
}: {
  incoming: IncomingReply;
  /** Id of the stream that is open. */
  current: string | null;
  onOpen: (stream: IncomingStream) => void;
}) {
  const texts = useIncomingText();
  const { say, format } = texts;
  const [find, setFind] = useState('');
  const [only, setOnly] = useState<StreamGroup | null>(null);
  const { streams, totals, kept, not_listed: notListed } = incoming;
  const found = find === '' ? streams : streams.filter((stream) => matchesText(stream, find));
  const groups = inGroups(found.filter((stream) => only === null || groupOf(stream) === only));
  const senders = new Set(streams.map(({ gateway, client, address }) => gateway?.id ?? client ?? address)).size;
  const most = Math.max(1, ...totals.refusals.map(({ count }) => count));
  return (
    <section className="card incoming-list" aria-label={say('list')}>
      <div className="card-head">
        <h2>{say('list')}</h2>
        <span className="caption">
          {say('list.kinds', { count: streams.length })} {say('list.senders', { count: senders })}
        </span>
      </div>
      <dl className="incoming-totals">
        <Total label={say('totals.messages')} unit={say('totals.per_second')}>
          {format.number(totals.messages_per_second, 1)}
        </Total>
        <Total label={say('totals.stored')} unit="%">
          {totals.stored_share === null ? '—' : shareText(totals.stored_share)}
        </Total>
        <Total label={say('totals.refused')}>{format.number(totals.refused)}</Total>
      </dl>
      {totals.refusals.length === 0 ? null : (
        <ul className="incoming-reasons" aria-label={say('totals.reasons')}>
          {totals.refusals.map(({ reason, count }) => (
            <li key={reason}>
              <span>{refusalText(texts, reason)}</span>
              <span className="bar" aria-hidden="true">
                <span style={{ width: `${(100 * count) / most}%` }} />
              </span>
              <span className="number">{format.number(count)}</span>
            </li>
          ))}
        </ul>
      )}
      <div className="incoming-find">
        <SearchField label={say('list.find')} value={find} onFind={(text) => setFind(text ?? '')} />
        <fieldset className="chips" aria-label={say('list.filter')}>
          <Chip label={say('list.all')} count={streams.length} on={only === null} onPress={() => setOnly(null)} />
          {STREAM_GROUPS.map((group) => (
            <Chip
              key={group}
              label={say(group === 'person' ? 'list.refused' : GROUP_LABELS[group])}
              count={streams.filter((stream) => groupOf(stream) === group).length}
              on={only === group}
              onPress={() => setOnly(only === group ? null : group)}
            />
          ))}
        </fieldset>
      </div>
      {groups.length === 0 ? <StateMessage icon={ListFilter} title={say('list.none_match')} /> : null}
      {groups.map(({ group, streams: members }) => (
        <section key={group} aria-label={say(GROUP_LABELS[group])}>
          <h3 className="incoming-group">
            {say(GROUP_LABELS[group])} <span>{members.length}</span>
          </h3>
          <ul>
            {members.map((stream) => (
              <StreamRow
                key={stream.id}
                stream={stream}
                isCurrent={stream.id === current}
                onOpen={() => onOpen(stream)}
              />
            ))}
          </ul>
        </section>
      ))}
      {kept !== null && kept.not_kept > 0 ? (
        <p className="caption incoming-note">{say('list.not_kept', { count: kept.not_kept })}</p>
      ) : null}
      {notListed > 0 ? <p className="caption incoming-note">{say('list.not_listed', { count: notListed })}</p> : null}
    </section>
  );

  /** So that 99.96 % is not shown as all of it. */
  function shareText(share: number): string {
    const tenths = Math.floor(share * 1000) / 10;
    return format.number(tenths, tenths === 100 || tenths === 0 ? 0 : 1);
  }
}

function Total({ label, unit, children }: { label: string; unit?: string; children: string }) {
  return (
    <div>
      <dd className="number">
        {children}
        {unit === undefined ? null : <small className="unit">{`\u00a0${unit}`}</small>}
      </dd>
      <dt className="caption">{label}</dt>
    </div>
  );
}

function Chip({ label, count, on, onPress }: { label: string; count: number; on: boolean; onPress: () => void }) {
  return (
    <button type="button" className="chip" aria-pressed={on} onClick={onPress}>
      {label} <span className="number">{count}</span>
    </button>
  );
}

function StreamRow({ stream, isCurrent, onOpen }: { stream: IncomingStream; isCurrent: boolean; onOpen: () => void }) {
  const texts = useIncomingText();
  const { lead, rest } = outcomeText(texts, stream);
  return (
    <li>
      <button type="button" className="incoming-row" aria-current={isCurrent ? 'true' : undefined} onClick={onOpen}>
        {groupOf(stream) === 'person' ? <ErrorMark /> : <span className="incoming-dot" aria-hidden="true" />}
        <b className="id">{stream.topic}</b>
        <span className="rate number">{rateText(texts, stream.messages_per_minute)}</span>
        <span className="caption">
          {senderText(texts, stream)} · {shapeText(texts, stream.shape)}
        </span>
        <span className="caption">
          {lead === '' ? null : <b>{lead} </b>}
          {rest}
        </span>
      </button>
    </li>
  );
}
