// A message of a stream, what each of its values becomes, the form of the chosen value, and what the newest messages become.

import type { IncomingStreamReply } from '@gonsters/contract';
import { EyeOff } from 'lucide-react';
import { useMemo, useState } from 'react';
import { FaultText } from '../../../../components/ui/form/field.tsx';
import { StateMessage } from '../../../../components/ui/state-message.tsx';
import { useMedia } from '../../../../components/ui/use-media.ts';
import { errorText } from '../../../../i18n/error-text.ts';
import { useMetricCatalogue } from '../../use-catalogue.ts';
import { GatewayOffer } from '../gateway/gateway-offer.tsx';
import { ZoneHint } from '../gateway/zone-hint.tsx';
import { asTaken } from '../model/as-taken.ts';
import { treeLines } from '../model/message-tree.ts';
import { blankRule, isTouched, type NewAlias, withAlias, withoutAlias } from '../model/profile-draft.ts';
import { type MessageValue, mappedCount, meaningOf, memberAt } from '../model/rule-edit.ts';
import { profileTopic } from '../model/rule-topic.ts';
import { parsePayloads } from '../model/seen-values.ts';
import { storedAs } from '../model/stored-as.ts';
import { groupOf } from '../model/stream-groups.ts';
import { PreviewCard } from '../preview/preview-card.tsx';
import { usePreview } from '../preview/use-preview.ts';
import { ProfileMenu } from '../profile/profile-menu.tsx';
import { ReplayBar } from '../profile/replay-bar.tsx';
import { SaveProfile } from '../profile/save-profile.tsx';
import { useProfileEdit } from '../profile/use-profile-edit.ts';
import { useIncomingText } from '../use-incoming-text.ts';
import { Becomes } from './becomes.tsx';
import { MessageHead, MessageSteps } from './message-head.tsx';
import { MessageTree } from './message-tree.tsx';
import { TopicLevels } from './topic-levels.tsx';
import { ValueForm } from './value-form.tsx';
import { ValueSheet } from './value-sheet.tsx';

const NONE: readonly never[] = [];
/** Shapes that say nothing of what is in them; the others are formats that the server knows. */
const DESCRIBED_BY_PROFILE = new Set(['plain_object', 'tag_list', 'thingsboard', 'value', 'unknown']);

export function MessageMapping({
  detail,
  onBack,
  onHold,
}: {
  detail: IncomingStreamReply;
  onBack: () => void;
  onHold: () => void;
}) {
  const { t, say } = useIncomingText();
  const { stream, messages } = detail;
  const isPhone = useMedia('(max-width: 767px)');
  const metrics = useMetricCatalogue().data ?? NONE;
  const [at, setAt] = useState(0);
  const [chosenKey, setChosenKey] = useState<string | null>(null);
  const [adopted, setAdopted] = useState<{ id: string; name: string } | null>(null);
  const describedBy = adopted ?? stream.described_by;
  const gatewayId = stream.gateway?.id ?? describedBy?.id ?? null;
  const isMqtt = stream.protocol === 'mqtt' || stream.protocol === 'external_mqtt';
  const payloads = useMemo(() => parsePayloads(messages.map(({ payload }) => payload)), [messages]);
  const message = messages[Math.min(at, messages.length - 1)];
  const payload = payloads[Math.min(at, messages.length - 1)];
  // A format that is recognised needs a machine that is known, no profile; nor does what is stored.
  const needsProfile = DESCRIBED_BY_PROFILE.has(stream.shape.kind);
  const isUnknown = needsProfile && groupOf(stream) === 'person';
  const topic = profileTopic(stream.topic);
  const proposed = useMemo(
    () => (isUnknown ? (detail.proposal?.rules[0] ?? blankRule(topic)) : blankRule(topic)),
    [isUnknown, detail.proposal, topic],
  );
  const { profile, edit, change, reset } = useProfileEdit(gatewayId, profileTopic(stream.example_topic), proposed);
  const preview = usePreview(gatewayId, edit, stream.id, messages[0]?.received_at ?? '');
  const lines = useMemo(() => treeLines(payload), [payload]);
  if (message === undefined) return <StateMessage icon={EyeOff} title={say('payload.none')} />;
  const result = preview.data?.results[at];
  const machine = result?.readings.find((reading) => reading.machine_id !== null)?.machine ?? null;
  const values = lines.filter((line) => line.kind === 'value');
  const line = values.find(({ key }) => key === chosenKey);
  const chosen: MessageValue | null = line ? { payload, place: line.place, value: line.value } : null;
  const next = values[values.findIndex(({ key }) => key === chosenKey) + 1];
  const show = (index: number) => {
    onHold();
    setAt(index);
  };
  const isProposed = edit.place === null && isUnknown && (mappedCount(edit.rule) > 0 || edit.rule.machine !== null);
  const naming = {
    aliases: edit.aliases,
    onGive: (added: NewAlias) => change({ aliases: withAlias(edit.aliases, added) }),
    onTakeBack: (alias: string) => change({ aliases: withoutAlias(edit.aliases, alias) }),
  };
  const form =
    chosen === null ? null : (
      <ValueForm
        chosen={chosen}
        edit={edit}
        payloads={payloads}
        metrics={metrics}
        stored={result === undefined ? null : storedAs(edit.rule, chosen, result, metrics)}
        machine={machine}
        naming={naming}
        onChange={(changed) => {
          onHold();
          change(changed);
        }}
      />
    );
  return (
    <>
      <MessageHead stream={stream} topic={message.topic} receivedAt={message.received_at} onBack={onBack}>
        <MessageSteps at={at} count={messages.length} onShow={show} />
        {gatewayId === null ? null : <ProfileMenu gatewayId={gatewayId} onReplaced={reset} />}
      </MessageHead>
      {stream.gateway === null && isMqtt && needsProfile ? (
        <GatewayOffer client={stream.client} describedBy={describedBy} onAdopt={setAdopted} />
      ) : null}
      {stream.gateway === null ? null : <ZoneHint gatewayId={stream.gateway.id} />}
      <div className="message-map">
        <section aria-label={say('tree')}>
          <h3 className="message-lead">{say('tree.lead')}</h3>
          {!isMqtt ? null : (
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
                const called = meaning.is === 'metric' ? meaning.name : memberAt(place);
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
      {preview.isError ? <FaultText>{errorText(t, preview.error)}</FaultText> : null}
      <PreviewCard
        preview={preview.data ?? asTaken(messages)}
        isTaken={preview.data === undefined}
        rule={edit.rule}
        at={at}
        naming={naming}
        onShow={show}
        onRule={(rule) => change({ rule })}
      />
      {edit.aliases.length > 0 || (gatewayId !== null && !profile.isPending && (isTouched(edit) || isProposed)) ? (
        <SaveProfile
          gatewayId={gatewayId}
          isProposed={isProposed}
          streamId={stream.id}
          edit={edit}
          refused={stream.kept_refused}
          onSaved={reset}
        />
      ) : stream.kept_refused > 0 && !isProposed ? (
        <ReplayBar streamId={stream.id} refused={stream.kept_refused} />
      ) : null}
    </>
  );
}

const nameOfPlace = (place: readonly (string | number)[]): string => (place.length === 0 ? '$' : place.join('.'));
