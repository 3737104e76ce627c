// One stream: its messages, what each value becomes, the form of the chosen value, and what the newest messages become.

import type { IncomingStream, IncomingStreamReply } from '@gonsters/contract';
import { ChevronLeft, ChevronRight, EyeOff } from 'lucide-react';
import { useMemo, useState } from 'react';
import { useMay } from '../../../../api/use-api.ts';
import { StateMessage } from '../../../../components/ui/state-message.tsx';
import { useMedia } from '../../../../components/ui/use-media.ts';
import { useMetricCatalogue } from '../../use-catalogue.ts';
import { GatewayOffer } from '../gateway/gateway-offer.tsx';
import { ZoneHint } from '../gateway/zone-hint.tsx';
import { refusalText, senderText } from '../list/stream-text.ts';
import { type Scalar, treeLines } from '../model/message-tree.ts';
import { blankRule, editedProfile, isTouched } from '../model/profile-draft.ts';
import { proposeRule } from '../model/propose-rule.ts';
import { mappedCount, meaningOf } from '../model/rule-edit.ts';
import { parsePayloads } from '../model/seen-values.ts';
import { groupOf } from '../model/stream-groups.ts';
import { PreviewCard } from '../preview/preview-card.tsx';
import { usePreview } from '../preview/use-preview.ts';
import { ProfileMenu } from '../profile/profile-menu.tsx';
import { SaveProfile } from '../profile/save-profile.tsx';
import { useProfileEdit } from '../profile/use-profile-edit.ts';
import { useIncomingText } from '../use-incoming-text.ts';
import { Becomes } from './becomes.tsx';
import { MessageTree } from './message-tree.tsx';
import { TopicLevels } from './topic-levels.tsx';
import { type ChosenValue, calledIn, ValueForm } from './value-form.tsx';
import { ValueSheet } from './value-sheet.tsx';

const NONE: readonly never[] = [];

export function MessageCard({
  detail,
  onBack,
  onHold,
}: {
  detail: IncomingStreamReply;
  /** To the list, where it is not beside. */
  onBack: () => void;
  /** The messages are looked at: they stay as they are. */
  onHold: () => void;
}) {
  const { stream } = detail;
  const mayMap = useMay('write:machines');
  return (
    <section className="card message-card" aria-label={stream.topic}>
      {mayMap ? (
        <Mapping key={stream.id} detail={detail} onBack={onBack} onHold={onHold} />
      ) : (
        <>
          <Head stream={stream} topic={stream.topic} receivedAt={stream.last_at} onBack={onBack} />
          <Counts stream={stream} />
        </>
      )}
    </section>
  );
}

/** For those who may not see payloads: what became of the messages, and why. */
function Counts({ stream }: { stream: IncomingStream }) {
  const texts = useIncomingText();
  const { say, format } = texts;
  const { outcome, refusals, metrics } = stream;
  return (
    <div className="message-counts">
      <dl>
        {(['stored', 'partly', 'refused', 'ignored'] as const).map((name) => (
          <div key={name}>
            <dt className="caption">{say(`count.${name}`)}</dt>
            <dd className="number">{format.number(outcome[name])}</dd>
          </div>
        ))}
      </dl>
      <ul>
        {refusals.map(({ reason, count, last_at: lastAt }) => (
          <li key={reason}>
            <b className="number">{format.number(count)}</b> {refusalText(texts, reason)},{' '}
            {say('count.last', { time: format.moment(Date.parse(lastAt)) })}
          </li>
        ))}
      </ul>
      {metrics.length === 0 ? null : <p className="caption">{say('count.metrics', { names: metrics.join(', ') })}</p>}
      <StateMessage icon={EyeOff} title={say('payload.hidden')}>
        {say('payload.hidden.hint')}
      </StateMessage>
    </div>
  );
}

function Head({
  stream,
  topic,
  receivedAt,
  onBack,
  children,
}: {
  stream: IncomingStream;
  topic: string;
  receivedAt: string;
  onBack: () => void;
  children?: React.ReactNode;
}) {
  const texts = useIncomingText();
  return (
    <div className="card-head message-head">
      <button
        type="button"
        className="button button-quiet button-icon button-small message-back"
        aria-label={texts.say('back')}
        onClick={onBack}
      >
        <ChevronLeft size={16} strokeWidth={1.5} />
      </button>
      <h2 className="id">{topic}</h2>
      <span className="caption message-sender">
        {senderText(texts, stream)} · {texts.format.moment(Date.parse(receivedAt))}
      </span>
      <span className="flex-1" />
      {children}
    </div>
  );
}

function Mapping({ detail, onBack, onHold }: { detail: IncomingStreamReply; onBack: () => void; onHold: () => void }) {
  const { say } = useIncomingText();
  const { stream, messages } = detail;
  const isPhone = useMedia('(max-width: 767px)');
  const metrics = useMetricCatalogue().data ?? NONE;
  const [at, setAt] = useState(0);
  const [chosenKey, setChosenKey] = useState<string | null>(null);
  const [adopted, setAdopted] = useState<string | null>(null);
  const gatewayId = stream.gateway?.id ?? adopted;
  const payloads = useMemo(() => parsePayloads(messages.map(({ payload }) => payload)), [messages]);
  const message = messages[Math.min(at, messages.length - 1)];
  const payload = payloads[Math.min(at, messages.length - 1)];
  // A format that is recognised needs a machine that is known, no profile; nor does what is stored.
  const isUnknown = stream.shape.kind === 'unknown' && groupOf(stream) === 'person';
  const proposed = useMemo(
    () => (isUnknown ? proposeRule(payloads, stream.topic, metrics) : blankRule(stream.topic)),
    [isUnknown, payloads, stream.topic, metrics],
  );
  const { profile, edit, change, reset } = useProfileEdit(gatewayId, stream.example_topic, proposed);
  const preview = usePreview(gatewayId, editedProfile(edit), stream.id, messages[0]?.received_at ?? '');
  const lines = useMemo(() => treeLines(payload), [payload]);
  if (message === undefined) return <StateMessage icon={EyeOff} title={say('payload.none')} />;
  const result = preview.data?.results[at];
  const machine = result?.readings.find((reading) => reading.machine_id !== null)?.machine ?? null;
  const values = lines.filter((line) => line.kind === 'value');
  const line = values.find(({ key }) => key === chosenKey);
  const chosen: ChosenValue | null = line ? { payload, place: line.place, value: line.value } : null;
  const next = values[values.findIndex(({ key }) => key === chosenKey) + 1];
  const show = (index: number) => {
    onHold();
    setAt(index);
  };
  const isProposed = edit.place === null && isUnknown && (mappedCount(edit.rule) > 0 || edit.rule.machine !== null);
  const form =
    chosen === null ? null : (
      <ValueForm
        chosen={chosen}
        edit={edit}
        payloads={payloads}
        metrics={metrics}
        stored={storedAs()}
        machine={machine}
        onChange={(changed) => {
          onHold();
          change(changed);
        }}
      />
    );
  return (
    <>
      <Head stream={stream} topic={message.topic} receivedAt={message.received_at} onBack={onBack}>
        <button
          type="button"
          className="button button-quiet button-icon button-small"
          aria-label={say('message.older')}
          disabled={at >= messages.length - 1}
          onClick={() => show(at + 1)}
        >
          <ChevronLeft size={16} strokeWidth={1.5} />
        </button>
        <span className="caption message-place" role="status">
          {say('message.of', { at: at + 1, count: messages.length })}
        </span>
        <button
          type="button"
          className="button button-quiet button-icon button-small"
          aria-label={say('message.newer')}
          disabled={at === 0}
          onClick={() => show(at - 1)}
        >
          <ChevronRight size={16} strokeWidth={1.5} />
        </button>
        {gatewayId === null ? null : <ProfileMenu gatewayId={gatewayId} onReplaced={reset} />}
      </Head>
      {stream.gateway === null ? (
        <GatewayOffer client={stream.client} adopted={adopted} onAdopt={setAdopted} />
      ) : (
        <ZoneHint gatewayId={stream.gateway.id} />
      )}
      <div className="message-map">
        <section aria-label={say('tree')}>
          <h3 className="message-lead">{say('tree.lead')}</h3>
          {stream.protocol === 'http' || stream.protocol === 'line_protocol' ? null : (
            <TopicLevels
              rule={edit.rule}
              topic={message.topic}
              disabled={gatewayId === null}
              onChange={(rule) => change({ rule })}
            />
          )}
          {payload === undefined ? (
            <>
              <pre className="message-raw">{message.payload}</pre>
              <p className="caption incoming-note">{say('payload.not_json')}</p>
            </>
          ) : (
            <MessageTree
              payload={payload}
              chosen={chosenKey}
              becomes={({ place, value }) => {
                const meaning = meaningOf(edit.rule, { payload, place });
                const called = calledIn(meaning, place);
                return (
                  <Becomes {...{ rule: edit.rule, meaning, value, called, metrics, added: edit.metrics, machine }} />
                );
              }}
              onChoose={({ key }) => {
                onHold();
                setChosenKey(key);
              }}
            />
          )}
        </section>
        {isPhone ? null : (
          <section className="message-form" aria-label={say('form')}>
            {chosen === null || line === undefined ? (
              <p className="caption message-hint">{say('form.choose')}</p>
            ) : (
              <>
                <div className="card-head">
                  <h3 className="id">{nameOfPlace(line.place)}</h3>
                  <span className="flex-1" />
                  {isProposed && !isTouched(edit) ? <span className="tag">{say('form.proposed')}</span> : null}
                </div>
                <fieldset disabled={gatewayId === null}>{form}</fieldset>
              </>
            )}
          </section>
        )}
      </div>
      {isPhone && line !== undefined ? (
        <ValueSheet
          title={nameOfPlace(line.place)}
          onNext={next === undefined ? null : () => setChosenKey(next.key)}
          onClose={() => setChosenKey(null)}
        >
          {form}
        </ValueSheet>
      ) : null}
      {preview.data ? (
        <PreviewCard
          preview={preview.data}
          rule={edit.rule}
          at={at}
          onShow={show}
          onRule={(rule) => change({ rule })}
        />
      ) : null}
      {gatewayId !== null && !profile.isPending && (isTouched(edit) || isProposed) ? (
        <SaveProfile
          gatewayId={gatewayId}
          streamId={stream.id}
          edit={edit}
          refused={stream.kept_refused}
          onSaved={reset}
        />
      ) : null}
    </>
  );

  function storedAs(): { value: Scalar; unit: string | null } | null {
    if (chosen === null || result === undefined) return null;
    const meaning = meaningOf(edit.rule, chosen);
    const name = meaning.is === 'metric' ? (meaning.metric ?? meaning.name) : calledIn(meaning, chosen.place);
    const called = metrics.find((metric) => metric.name === name || metric.aliases.includes(name))?.name ?? name;
    const readings = result.readings.flatMap(({ values: stored }) => stored.filter(({ metric }) => metric === called));
    const found = readings[0];
    return found === undefined ? null : { value: found.quality === 'bad' ? null : found.value, unit: found.unit };
  }
}

const nameOfPlace = (place: readonly (string | number)[]): string => (place.length === 0 ? '$' : place.join('.'));
