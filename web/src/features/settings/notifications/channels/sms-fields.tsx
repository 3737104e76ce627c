// SMS: a provider that is known needs its two keys, any other the request that sends a message.

import { MASKED } from '@gonsters/contract';
import { Field } from '../../../../components/ui/form/field.tsx';
import { Segments } from '../../../../components/ui/form/segments.tsx';
import { SelectField, TextField } from '../../../../components/ui/form/text-field.tsx';
import { useTellingText } from '../../telling/use-telling-text.ts';
import { SMS_PROVIDERS } from './channel-draft.ts';
import { type FieldsProps, faultOf } from './fields-props.ts';
import { SecretField } from './secret-field.tsx';

const NAMES = { zenziva: 'Zenziva', twilio: 'Twilio' } as const;
const METHODS = ['POST', 'GET', 'PUT'].map((value) => ({ value, label: value }));

export function SmsFields({ draft, faults, onChange }: FieldsProps) {
  const { say } = useTellingText();
  const { provider } = draft;
  const text = (name: string) => draft.texts[name] ?? '';
  const change = (name: string) => (value: string) => onChange({ ...draft, texts: { ...draft.texts, [name]: value } });
  const shared = (name: string) => ({ value: text(name), fault: faultOf(faults, name), onChange: change(name) });
  const lines = (name: 'headers' | 'body') => (
    <Field label={say('channels.optional', { label: say(`field.${name}`) })} fault={faultOf(faults, name)}>
      {(field) => (
        <textarea
          {...field}
          className="input id"
          spellCheck={false}
          value={text(name)}
          onChange={(event) => change(name)(event.target.value)}
        />
      )}
    </Field>
  );
  return (
    <>
      <Segments
        label={say('field.provider')}
        value={provider}
        choices={SMS_PROVIDERS.map((value) => ({
          value,
          label: value === 'other' ? say('field.provider.other') : NAMES[value],
        }))}
        onChoose={(next) => onChange({ ...draft, provider: next })}
      />
      {provider === 'other' ? (
        <>
          <SelectField
            label={say('field.method')}
            choices={METHODS}
            {...shared('method')}
            value={text('method') || 'POST'}
          />
          <TextField label={say('field.sms_url', { to: '{{to}}', text: '{{text}}' })} {...shared('url')} />
          {lines('headers')}
          {lines('body')}
          <TextField
            label={say('channels.optional', { label: say('field.success') })}
            hint={say('field.success.hint')}
            {...shared('success')}
          />
        </>
      ) : null}
      <div className="two-fields">
        <TextField label={say(`field.username.${provider}`)} {...shared('username')} />
        <SecretField
          label={say(`field.password.${provider}`)}
          hint={text('password') === MASKED ? say('channels.secret_stays') : undefined}
          {...shared('password')}
        />
      </div>
      <TextField label={say('channels.optional', { label: say('field.sender') })} {...shared('sender')} />
    </>
  );
}
