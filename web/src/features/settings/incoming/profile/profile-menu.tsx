// A small menu about the profile of the gateway: its versions with undo, and its file.

import { useQueryClient } from '@tanstack/react-query';
import { Download, History, Upload } from 'lucide-react';
import { type ChangeEvent, useRef, useState } from 'react';
import { useApi } from '../../../../api/use-api.ts';
import { MenuItem, MoreMenu } from '../../../../components/ui/more-menu.tsx';
import { toast } from '../../../../components/ui/toast.ts';
import { formFaults } from '../../management-fault.ts';
import { useIncomingText } from '../use-incoming-text.ts';
import { VersionsDialog } from './versions-dialog.tsx';

const MAX_FILE_BYTES = 4_000_000;

/** `onReplaced`: another profile is in force, and what was being edited is void. */
export function ProfileMenu({ gatewayId, onReplaced }: { gatewayId: string; onReplaced: () => void }) {
  const { t, say } = useIncomingText();
  const api = useApi();
  const queries = useQueryClient();
  const file = useRef<HTMLInputElement>(null);
  const [open, setOpen] = useState(false);
  const failed = (error: unknown) => toast.error(Object.values(formFaults(t, error)).join(' '));
  const replaced = async () => {
    await queries.invalidateQueries({ queryKey: ['gateway-profile', gatewayId] });
    onReplaced();
  };
  const take = async (event: ChangeEvent<HTMLInputElement>) => {
    const picked = event.target.files?.[0];
    event.target.value = '';
    if (picked === undefined) return;
    try {
      const draft: unknown = picked.size > MAX_FILE_BYTES ? null : JSON.parse(await picked.text());
      const { version } = await api.gatewayProfile(gatewayId, new AbortController().signal);
      await api.saveProfile(gatewayId, draft, version);
      await replaced();
      toast.success(say('menu.imported', { file: picked.name }));
    } catch (error) {
      if (error instanceof SyntaxError) toast.error(say('menu.not_json', { file: picked.name }));
      else failed(error);
    }
  };
  return (
    <>
      <MoreMenu label={say('menu')}>
        <MenuItem icon={History} onSelect={() => setOpen(true)}>
          {say('menu.versions')}
        </MenuItem>
        <MenuItem icon={Download} onSelect={() => void api.downloadProfile(gatewayId).catch(failed)}>
          {say('menu.export')}
        </MenuItem>
        <MenuItem icon={Upload} onSelect={() => file.current?.click()}>
          {say('menu.import')}
        </MenuItem>
      </MoreMenu>
      <input
        ref={file}
        type="file"
        hidden
        accept=".json,application/json"
        aria-label={say('menu.import')}
        onChange={(event) => void take(event)}
      />
      {open ? <VersionsDialog gatewayId={gatewayId} onUndone={replaced} onClose={() => setOpen(false)} /> : null}
    </>
  );
}
