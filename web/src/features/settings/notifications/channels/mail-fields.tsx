// The mail server of a channel, as the fields that its provider names.

import { MASKED } from '@gonsters/contract';
import { SelectField, TextField } from '../../../../components/ui/form/text-field.tsx';
import { useTellingText } from '../../telling/use-telling-text.ts';
import { type FieldsProps, faultOf } from './fields-props.ts';
import { type MailServer, withSecurity } from './mail-server.ts';
import { SecretField } from './secret-field.tsx';

export function MailFields({ draft, faults, onChange }: FieldsProps) {
  const { say } = useTellingText();
  const { mail } = draft;
  const change = (part: Partial<MailServer>) => onChange({ ...draft, mail: { ...mail, ...part } });
  return (
    <>
      <TextField
        label={say('field.host')}
        fault={faultOf(faults, 'url')}
        value={mail.host}
        onChange={(host) => change({ host })}
      />
      <div className="two-fields">
        <SelectField
          label={say('field.security')}
          value={mail.security}
          choices={[
            { value: 'smtp', label: say('field.security.smtp') },
            { value: 'smtps', label: say('field.security.smtps') },
          ]}
          onChange={(security) => onChange({ ...draft, mail: withSecurity(mail, security) })}
        />
        <TextField label={say('field.port')} value={mail.port} onChange={(port) => change({ port })} />
      </div>
      <div className="two-fields">
        <TextField
          label={say('channels.optional', { label: say('field.user') })}
          value={mail.user}
          onChange={(user) => change({ user })}
        />
        <SecretField
          label={say('channels.optional', { label: say('field.password') })}
          hint={mail.password === MASKED ? say('channels.secret_stays') : undefined}
          value={mail.password}
          onChange={(password) => change({ password })}
        />
      </div>
    </>
  );
}
