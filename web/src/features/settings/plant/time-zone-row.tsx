// The time zone in which the days of the plant begin and end: the setting `plant_timezone`, stored as soon as one is chosen.

import { isTimeZone } from '@gonsters/contract';
import { useQueryClient } from '@tanstack/react-query';
import { useId, useState } from 'react';
import { useApi, useMay } from '../../../api/use-api.ts';
import { zoneOptions } from '../../../components/domain/zones/zone-options.ts';
import { Combobox } from '../../../components/ui/form/combobox.tsx';
import { FaultText } from '../../../components/ui/form/field.tsx';
import { toast } from '../../../components/ui/toast.ts';
import { useText } from '../../../i18n/use-text.ts';
import { offsetText } from '../../../i18n/zone.ts';
import { managementFaultText } from '../management-fault.ts';
import { lastChange } from './setting-text.ts';
import { SETTINGS_KEY, useSettings } from './use-setting-draft.ts';

const NAME = 'plant_timezone';

export function TimeZoneRow() {
  const { t, format } = useText();
  const api = useApi();
  const queries = useQueryClient();
  const mayWrite = useMay('write:config');
  const id = useId();
  const settings = useSettings();
  const [typed, setTyped] = useState<string | null>(null);
  const [fault, setFault] = useState('');
  const view = settings.data?.find(({ name }) => name === NAME);
  if (view === undefined) return null;
  const text = typed ?? view.value;
  const offset = (zone: string) => (isTimeZone(zone) ? offsetText(zone, Date.now()) : '');
  const save = async (zone: string) => {
    setTyped(zone);
    setFault('');
    try {
      await api.updateSetting(NAME, zone);
      await queries.invalidateQueries({ queryKey: SETTINGS_KEY });
      setTyped(null);
      toast.success(t('settings.saved', { count: 1 }));
    } catch (error) {
      setFault(managementFaultText(t, error));
    }
  };
  return (
    <div className="setting-row">
      <div>
        <h3>
          {mayWrite ? (
            <label id={`${id}-label`} htmlFor={id}>
              {t('settings.plant_timezone')}
            </label>
          ) : (
            t('settings.plant_timezone')
          )}
        </h3>
        <span className="caption" id={`${id}-hint`}>
          {[t('settings.plant_timezone.hint'), lastChange(t, format, [view])].filter(Boolean).join(' ')}
        </span>
      </div>
      {mayWrite ? (
        <Combobox
          field={{ id, 'aria-invalid': fault !== '', 'aria-describedby': `${id}-hint` }}
          text={text}
          note={t('settings.plant_timezone.none')}
          options={zoneOptions(typed ?? '')}
          onType={setTyped}
          onPick={({ value }) => void save(value)}
        />
      ) : (
        <span className="read-only">
          {view.value} <span className="suffix">{offset(view.value)}</span>
        </span>
      )}
      {fault === '' ? null : (
        <div className="setting-row-message">
          <FaultText>{fault}</FaultText>
        </div>
      )}
    </div>
  );
}
