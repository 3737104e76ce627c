// The fields of a channel by its kind. The mail server and SMS have some of their own.

import { MASKED } from '@gonsters/contract';
import { SwitchField, TextField } from '../../../../components/ui/form/text-field.tsx';
import { useTellingText } from '../../telling/use-telling-text.ts';
import { CHANNEL_FIELDS, type ChannelField } from './channel-fields.ts';
import { type FieldsProps, faultOf } from './fields-props.ts';
import { MailFields } from './mail-fields.tsx';
import { SecretField } from './secret-field.tsx';
import { SmsFields } from './sms-fields.tsx';

export function ChannelFields(props: FieldsProps) {
  const { draft } = props;
  return (
    <>
      {draft.kind === 'email' ? <MailFields {...props} /> : null}
      {draft.kind === 'sms' ? <SmsFields {...props} /> : null}
      {CHANNEL_FIELDS[draft.kind].map((field) => (
        <OneField key={field.name} field={field} {...props} />
      ))}
    </>
  );
}

function OneField({ field, draft, faults, onChange }: FieldsProps & { field: ChannelField }) {
  const { say } = useTellingText();
  const { name, label: key, hint, isOptional, isSecret, isSwitch, placeholder } = field;
  const label = isOptional ? say('channels.optional', { label: say(key) }) : say(key);
  const fault = faultOf(faults, name);
  if (isSwitch) {
    return (
      <SwitchField
        label={label}
        checked={draft.switches[name] ?? false}
        onChange={(on) => onChange({ ...draft, switches: { ...draft.switches, [name]: on } })}
      />
    );
  }
  const value = draft.texts[name] ?? '';
  const change = (text: string) => onChange({ ...draft, texts: { ...draft.texts, [name]: text } });
  const said = value === MASKED ? say('channels.secret_stays') : hint === undefined ? undefined : say(hint);
  const shared = { label, hint: said, fault, value, onChange: change, ...(placeholder ? { placeholder } : {}) };
  return isSecret ? <SecretField {...shared} /> : <TextField {...shared} />;
}
